// O que o agente lê, por regra e, para as regras da casa, por tipo de dado.

export const RULES = {
  CreditCard: { name: 'Número de cartão', why: 'Quem ler este chat depois poderia pagar com ele. Ninguém precisa do número aqui: peça pelo formulário seguro e fale dele pelos quatro últimos dígitos.' },
  CardSecurityCode: { name: 'Código de segurança do cartão', why: 'Nunca pode ser anotado nem guardado, nem por um instante. Peça só pelo formulário seguro.' },
  CardTrackData: { name: 'Dados da tarja do cartão', why: 'Com eles o cartão pode ser clonado. Nunca podem ser enviados nem guardados.' },
  CardPIN: { name: 'Senha do cartão', why: 'Só o cliente pode conhecê-la, e você nunca pode pedi-la.' },
  CardExpiry: { name: 'Validade do cartão', why: 'Sozinha pouco importa. Ao lado do número ela o completa: deixe de fora se puder.' },
  SSN: { name: 'Social Security Number', why: 'Abre contas em nome de outra pessoa. Confirme a identidade pelo formulário seguro.' },
  ITIN: { name: 'Número de contribuinte (EUA)', why: 'Identifica a pessoa por toda a vida. Confirme pelo formulário seguro.' },
  MRN: { name: 'Número de prontuário', why: 'Leva aos dados de saúde de uma pessoa. Use o número do atendimento.' },
  HealthPlan: { name: 'Carteirinha do plano de saúde', why: 'Identifica um paciente. Use o número do atendimento.' },
  IBAN: { name: 'Conta bancária (IBAN)', why: 'Permite débitos e golpes. Peça pelo formulário seguro e confirme os quatro últimos caracteres.' },
  BankAccount: { name: 'Conta bancária', why: 'Permite débitos e golpes. Peça pelo formulário seguro.' },
  CPF: { name: 'CPF', why: 'Identifica a pessoa em todo lugar. Confirme pelo formulário seguro.' },
  CNPJ: { name: 'CNPJ', why: 'É público e nomeia uma empresa; apenas anotado.' },
  DNI: { name: 'DNI / NIE', why: 'Identifica uma pessoa. Confirme pelo formulário seguro.' },
  Password: { name: 'Senha', why: 'Você nunca precisa da senha do cliente, e a sua não é de mais ninguém. Redefina a senha.' },
  OneTimeCode: { name: 'Código de uso único', why: 'Quem o pede num chat parece golpista. Ele só vale no aplicativo ou na página que o pediu.' },
  EmailAddress: { name: 'E-mail', why: 'Sem problema quando o cliente espera por isso; apenas anotado.' },
  PhoneNumber: { name: 'Telefone', why: 'Sem problema quando o cliente espera por isso; apenas anotado.' },
  InternalDocCode: { name: 'Documento interno', why: 'O número não serve ao cliente. Cite o documento pelo título.' },
};

export const ENTITIES = {
  secret: { name: 'Chave ou token de acesso', why: 'Abre sistemas. Entregue pelo cofre e peça a troca se foi enviado.' },
  passport: { name: 'Número de passaporte', why: 'Identifica uma pessoa. Confirme pelo formulário seguro.' },
  driver_licence: { name: 'Número da CNH', why: 'Identifica uma pessoa. Confirme pelo formulário seguro.' },
  crypto_wallet: { name: 'Chave de carteira cripto', why: 'Quem a tem, tem o dinheiro.' },
};

export const ANY = 'Este tipo de dado não cabe num chat. Retire-o ou peça-o pelo formulário seguro.';
