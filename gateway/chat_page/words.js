/* What the chat says, in three languages. {0} is filled in. */

const words = {
  en: {
    title: "Chat with us", language: "Language", end: "End chat", close: "Close chat", open: "Open chat",
    privacy: "Card numbers, passwords and other sensitive details are removed from messages before anyone sees them.",
    connecting: "Connecting…", online: "Connected", offline: "Connection lost. Trying again…",
    unavailable: "The chat cannot be reached at the moment.", ended: "Conversation ended",
    write: "Write a message", send: "Send message", attach: "Send a file", you: "You", agent: "Agent", bot: "Assistant",
    typing: "is writing…", sending: "Sending…", sent: "Sent", failed: "Not sent", again: "Try again",
    left: "The agent has left the conversation. You can go on writing.",
    over: "This conversation has ended.", expired: "This conversation has expired.", anew: "Start a new chat",
    blocked: "Not sent: our security rules do not allow this message.", tooLong: "This message is too long.",
    tooMany: "You are writing very fast. We are sending it in a moment.",
    fileRefused: "This file cannot be sent: it holds sensitive details, or is of a kind that we cannot check.",
    fileLarge: "This file is too large.", fileSending: "Sending {0}…", file: "File", bytesLeft: "{0} characters too many",
    protected: "For your protection we removed {0} from this message. It was not passed on to anyone.",
    protectedReply: "For your protection {0} was removed from this message.",
    something: "sensitive details", and: "and",
    entities: {
      payment_card: "a card number", card_security_code: "a card security code", card_pin: "a PIN", card_expiry: "a card’s expiry date",
      us_ssn: "a Social Security number", iban: "an IBAN", bank_account: "an account number", password: "a password",
      one_time_code: "a one-time code", medical_record_number: "a medical record number", br_cpf: "a CPF number",
      passport: "a passport number", secret: "a secret key", email_address: "an e-mail address", phone_number: "a phone number"
    }
  },
  es: {
    title: "Chatee con nosotros", language: "Idioma", end: "Terminar", close: "Cerrar el chat", open: "Abrir el chat",
    privacy: "Los números de tarjeta, contraseñas y otros datos sensibles se eliminan de los mensajes antes de que nadie los vea.",
    connecting: "Conectando…", online: "Conectado", offline: "Conexión perdida. Reintentando…",
    unavailable: "El chat no está disponible en este momento.", ended: "Conversación terminada",
    write: "Escriba un mensaje", send: "Enviar mensaje", attach: "Enviar un archivo", you: "Usted", agent: "Agente", bot: "Asistente",
    typing: "está escribiendo…", sending: "Enviando…", sent: "Enviado", failed: "No enviado", again: "Reintentar",
    left: "El agente ha dejado la conversación. Puede seguir escribiendo.",
    over: "Esta conversación ha terminado.", expired: "Esta conversación ha caducado.", anew: "Empezar un chat nuevo",
    blocked: "No enviado: nuestras reglas de seguridad no permiten este mensaje.", tooLong: "El mensaje es demasiado largo.",
    tooMany: "Está escribiendo muy rápido. Lo enviamos en un momento.",
    fileRefused: "Este archivo no se puede enviar: contiene datos sensibles o es de un tipo que no podemos comprobar.",
    fileLarge: "El archivo es demasiado grande.", fileSending: "Enviando {0}…", file: "Archivo", bytesLeft: "{0} caracteres de más",
    protected: "Para protegerle hemos eliminado {0} de este mensaje. No se ha transmitido a nadie.",
    protectedReply: "Para protegerle se ha eliminado {0} de este mensaje.",
    something: "datos sensibles", and: "y",
    entities: {
      payment_card: "un número de tarjeta", card_security_code: "un código de seguridad", card_pin: "un PIN", card_expiry: "la caducidad de una tarjeta",
      us_ssn: "un número de la seguridad social", iban: "un IBAN", bank_account: "un número de cuenta", password: "una contraseña",
      one_time_code: "un código de un solo uso", medical_record_number: "un número de historia clínica", br_cpf: "un número de CPF",
      passport: "un número de pasaporte", secret: "una clave secreta", email_address: "un correo electrónico", phone_number: "un número de teléfono"
    }
  },
  pt: {
    title: "Fale conosco", language: "Idioma", end: "Encerrar", close: "Fechar o chat", open: "Abrir o chat",
    privacy: "Números de cartão, senhas e outros dados sensíveis são removidos das mensagens antes que alguém os veja.",
    connecting: "Conectando…", online: "Conectado", offline: "Conexão perdida. Tentando de novo…",
    unavailable: "O chat não está disponível no momento.", ended: "Conversa encerrada",
    write: "Escreva uma mensagem", send: "Enviar mensagem", attach: "Enviar um arquivo", you: "Você", agent: "Atendente", bot: "Assistente",
    typing: "está escrevendo…", sending: "Enviando…", sent: "Enviada", failed: "Não enviada", again: "Tentar de novo",
    left: "O atendente saiu da conversa. Você pode continuar escrevendo.",
    over: "Esta conversa foi encerrada.", expired: "Esta conversa expirou.", anew: "Iniciar um novo chat",
    blocked: "Não enviada: nossas regras de segurança não permitem esta mensagem.", tooLong: "A mensagem é longa demais.",
    tooMany: "Você está escrevendo muito rápido. Enviaremos em um momento.",
    fileRefused: "Este arquivo não pode ser enviado: contém dados sensíveis ou é de um tipo que não podemos verificar.",
    fileLarge: "O arquivo é grande demais.", fileSending: "Enviando {0}…", file: "Arquivo", bytesLeft: "{0} caracteres a mais",
    protected: "Para sua proteção, removemos {0} desta mensagem. Nada foi repassado a ninguém.",
    protectedReply: "Para sua proteção, {0} foi removido desta mensagem.",
    something: "dados sensíveis", and: "e",
    entities: {
      payment_card: "um número de cartão", card_security_code: "um código de segurança", card_pin: "uma senha de cartão", card_expiry: "a validade de um cartão",
      us_ssn: "um número de seguro social (EUA)", iban: "um IBAN", bank_account: "um número de conta", password: "uma senha",
      one_time_code: "um código de uso único", medical_record_number: "um número de prontuário", br_cpf: "um CPF",
      passport: "um número de passaporte", secret: "uma chave secreta", email_address: "um e-mail", phone_number: "um telefone"
    }
  }
};

export const languages = Object.keys(words);

/** The first of these languages that the chat speaks. */
export function spoken(...wanted) {
  for (const language of wanted) {
    const short = (language || "").slice(0, 2).toLowerCase();
    if (short in words) return short;
  }
  return "en";
}

/** Everything the chat says in a language. */
export function wordsOf(language) {
  const own = words[language];
  return {
    ...own,
    fill: (sentence, value) => sentence.replace("{0}", () => value),
    /** What was taken out, named: "a card number and a PIN". */
    named(entities) {
      const names = [...new Set(entities.map((entity) => own.entities[entity] || own.something))];
      return names.length < 2 ? names[0] || own.something : names.slice(0, -1).join(", ") + " " + own.and + " " + names.at(-1);
    }
  };
}
