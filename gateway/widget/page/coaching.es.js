// Lo que lee el agente, por regla y, para las reglas de la casa, por tipo de dato.

export const RULES = {
  CreditCard: { name: 'Número de tarjeta', why: 'Quien lea este chat después podría pagar con él. Aquí nadie necesita el número: pídalo por el formulario seguro y hable de él por sus cuatro últimas cifras.' },
  CardSecurityCode: { name: 'Código de seguridad de la tarjeta', why: 'Nunca puede anotarse ni guardarse, ni un instante. Pídalo solo por el formulario seguro.' },
  CardTrackData: { name: 'Datos de la banda de la tarjeta', why: 'Con ellos se puede clonar la tarjeta. Nunca pueden enviarse ni guardarse.' },
  CardPIN: { name: 'PIN de la tarjeta', why: 'Solo el cliente puede conocerlo, y usted nunca puede pedirlo.' },
  CardExpiry: { name: 'Caducidad de la tarjeta', why: 'Sola hace poco daño. Junto al número lo completa: déjela fuera si puede.' },
  SSN: { name: 'Número de la seguridad social (EE. UU.)', why: 'Abre cuentas a nombre de otra persona. Confirme la identidad por el formulario seguro.' },
  ITIN: { name: 'Número de contribuyente (EE. UU.)', why: 'Identifica a la persona de por vida. Confírmelo por el formulario seguro.' },
  MRN: { name: 'Número de historia clínica', why: 'Lleva a los datos de salud de una persona. Use el número de caso.' },
  HealthPlan: { name: 'Número del seguro médico', why: 'Identifica a un paciente. Use el número de caso.' },
  IBAN: { name: 'Cuenta bancaria (IBAN)', why: 'Permite cargos y estafas. Pídalo por el formulario seguro y confirme los cuatro últimos caracteres.' },
  BankAccount: { name: 'Cuenta bancaria', why: 'Permite cargos y estafas. Pídala por el formulario seguro.' },
  CPF: { name: 'CPF', why: 'Identifica a la persona en todo Brasil. Confírmelo por el formulario seguro.' },
  CNPJ: { name: 'CNPJ', why: 'Es público y nombra a una empresa; solo se anota.' },
  DNI: { name: 'DNI / NIE', why: 'Identifica a una persona. Confírmelo por el formulario seguro.' },
  Password: { name: 'Contraseña', why: 'Nunca necesita la contraseña de un cliente, y la suya no es de nadie más. Restablézcala.' },
  OneTimeCode: { name: 'Código de un solo uso', why: 'Quien lo pide en un chat parece un estafador. Solo vale en la aplicación o página que lo pidió.' },
  EmailAddress: { name: 'Correo electrónico', why: 'Está bien cuando el cliente lo espera; solo se anota.' },
  PhoneNumber: { name: 'Teléfono', why: 'Está bien cuando el cliente lo espera; solo se anota.' },
  InternalDocCode: { name: 'Documento interno', why: 'Su número no le sirve al cliente. Nombre el documento por su título.' },
};

export const ENTITIES = {
  secret: { name: 'Clave o token de acceso', why: 'Abre sistemas. Entréguela por la bóveda y haga que la cambien si se envió.' },
  passport: { name: 'Número de pasaporte', why: 'Identifica a una persona. Confírmelo por el formulario seguro.' },
  driver_licence: { name: 'Número de permiso de conducir', why: 'Identifica a una persona. Confírmelo por el formulario seguro.' },
  crypto_wallet: { name: 'Clave de una billetera cripto', why: 'Quien la tiene, tiene el dinero.' },
};

export const ANY = 'Este tipo de dato no cabe en un chat. Quítelo o pídalo por el formulario seguro.';
