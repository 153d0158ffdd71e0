// What an agent is told, by rule, and by kind of value for rules that a house adds.

export const RULES = {
  CreditCard: { name: 'Card number', why: 'Whoever reads this chat later could pay with it. Nobody needs the number here: use the secure form to collect it, and its last four digits to speak of it.' },
  CardSecurityCode: { name: 'Card security code', why: 'It may never be written down or kept, not even for a moment. Ask for it in the secure form only.' },
  CardTrackData: { name: 'Data of a card’s magnetic stripe', why: 'With it the card can be copied. It may never be sent or kept.' },
  CardPIN: { name: 'Card PIN', why: 'No one but the customer may know it, and you may never ask for it.' },
  CardExpiry: { name: 'Card expiry date', why: 'Alone it does little harm. Beside a card number it completes it, so leave it out where you can.' },
  SSN: { name: 'Social security number', why: 'It opens accounts in another’s name. Confirm identity by the secure form; speak of it by its last four digits at most.' },
  ITIN: { name: 'Taxpayer number', why: 'It identifies a person for life. Confirm it by the secure form.' },
  MRN: { name: 'Medical record number', why: 'It leads to a person’s health data. Use the case number instead.' },
  HealthPlan: { name: 'Health plan number', why: 'It identifies a patient. Use the case number instead.' },
  IBAN: { name: 'Bank account (IBAN)', why: 'It allows debits and scams. Collect it by the secure form and confirm the last four characters.' },
  BankAccount: { name: 'Bank account number', why: 'It allows debits and scams. Collect it by the secure form.' },
  CPF: { name: 'CPF', why: 'It identifies a person everywhere in Brazil. Confirm it by the secure form.' },
  CNPJ: { name: 'CNPJ', why: 'It names a company, which is public; noted only.' },
  DNI: { name: 'DNI / NIE', why: 'It identifies a person. Confirm it by the secure form.' },
  Password: { name: 'Password', why: 'You never need a customer’s password, and yours belongs to nobody else. Reset it instead.' },
  OneTimeCode: { name: 'One-time code', why: 'Whoever asks for it in a chat looks like a thief. It belongs into the app or the page that asked for it.' },
  EmailAddress: { name: 'E-mail address', why: 'Fine where the customer expects it; noted only.' },
  PhoneNumber: { name: 'Phone number', why: 'Fine where the customer expects it; noted only.' },
  InternalDocCode: { name: 'Internal document', why: 'Customers have no use for its number. Name the document by its title.' },
};

export const ENTITIES = {
  secret: { name: 'Key or access token', why: 'It opens systems. Hand it over by the vault, and have this one changed if it was sent.' },
  passport: { name: 'Passport number', why: 'It identifies a person. Confirm it by the secure form.' },
  driver_licence: { name: 'Driving licence number', why: 'It identifies a person. Confirm it by the secure form.' },
  crypto_wallet: { name: 'Key of a crypto wallet', why: 'Whoever has it has the money.' },
};

export const ANY = 'This kind of value does not belong into a chat. Take it out, or collect it by the secure form.';
