// The widget's own words in three languages, and its coaching texts, loaded for the language that is asked for.

const WORDS = {
  en: {
    heading: 'Message check', sentTitle: 'Sent from here', nothingSent: 'Nothing yet.', label: 'Your message', send: 'Send', propose: 'Put into Genesys',
    keys: 'Enter sends, Shift + Enter starts a new line.', findingsTitle: 'Found in this conversation', noFindings: 'Nothing was found so far.',
    clean: 'Nothing sensitive found.', willBeHeld: 'will have to be taken out', noted: 'noted, your message may go', away: 'The check is away. Your message waits until it is back.',
    noticeTitle: 'Not sent yet', noticeLead: 'Your message holds what must not be in a chat:', redactedTitle: 'This is what would be sent',
    sendRedacted: 'Send redacted', edit: 'Edit', cancel: 'Cancel', swap: 'Swap for a token', capture: 'Send the secure form instead',
    overrideTitle: 'Send all the same', overrideHint: 'Your reason is recorded.', override: 'Send as it is', reason: 'Reason', needReason: 'Say why, in a few words.',
    tokenFailed: 'No token for this kind of value.', captureText: 'Please enter it here, where only our secure system can read it:',
    sent: 'Sent.', proposed: 'Put into Genesys. Check it and send it there.', cancelled: 'Cancelled. Nothing was sent.', notSent: 'Not sent:',
    how: { redacted: 'sent redacted', tokenized: 'value swapped for a token', captured: 'secure form sent', override: 'sent as it is, for a reason', edited: 'edited', clean: '' },
    fromCustomer: 'by the customer', fromAgent: 'by you',
    signIn: 'Sign in', signInLead: 'Sign in to check messages before they are sent.', noConversation: 'Open this page from a conversation.',
    severity: { CRITICAL: 'Critical', HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low' },
  },
  pt: {
    heading: 'Verificação da mensagem', sentTitle: 'Enviado daqui', nothingSent: 'Nada ainda.', label: 'Sua mensagem', send: 'Enviar', propose: 'Colocar no Genesys',
    keys: 'Enter envia, Shift + Enter começa uma nova linha.', findingsTitle: 'Encontrado nesta conversa', noFindings: 'Nada foi encontrado até agora.',
    clean: 'Nenhum dado sensível encontrado.', willBeHeld: 'terá de ser retirado', noted: 'anotado, sua mensagem pode seguir', away: 'A verificação está fora do ar. Sua mensagem espera até ela voltar.',
    noticeTitle: 'Ainda não enviada', noticeLead: 'Sua mensagem contém o que não pode estar em um chat:', redactedTitle: 'Isto seria enviado',
    sendRedacted: 'Enviar sem os dados', edit: 'Editar', cancel: 'Cancelar', swap: 'Trocar por um token', capture: 'Enviar o formulário seguro',
    overrideTitle: 'Enviar assim mesmo', overrideHint: 'Seu motivo fica registrado.', override: 'Enviar como está', reason: 'Motivo', needReason: 'Diga por quê, em poucas palavras.',
    tokenFailed: 'Não há token para este tipo de dado.', captureText: 'Informe aqui, onde só o nosso sistema seguro pode ler:',
    sent: 'Enviada.', proposed: 'Colocada no Genesys. Confira e envie por lá.', cancelled: 'Cancelada. Nada foi enviado.', notSent: 'Não enviada:',
    how: { redacted: 'enviada sem os dados', tokenized: 'dado trocado por um token', captured: 'formulário seguro enviado', override: 'enviada como estava, com motivo', edited: 'editada', clean: '' },
    fromCustomer: 'pelo cliente', fromAgent: 'por você',
    signIn: 'Entrar', signInLead: 'Entre para verificar mensagens antes do envio.', noConversation: 'Abra esta página a partir de uma conversa.',
    severity: { CRITICAL: 'Crítico', HIGH: 'Alto', MEDIUM: 'Médio', LOW: 'Baixo' },
  },
  es: {
    heading: 'Revisión del mensaje', sentTitle: 'Enviado desde aquí', nothingSent: 'Nada todavía.', label: 'Su mensaje', send: 'Enviar', propose: 'Poner en Genesys',
    keys: 'Intro envía, Mayús + Intro abre una línea nueva.', findingsTitle: 'Encontrado en esta conversación', noFindings: 'Hasta ahora no se encontró nada.',
    clean: 'Ningún dato sensible encontrado.', willBeHeld: 'habrá que quitarlo', noted: 'anotado, su mensaje puede salir', away: 'La revisión no responde. Su mensaje espera hasta que vuelva.',
    noticeTitle: 'Aún no enviado', noticeLead: 'Su mensaje contiene lo que no puede estar en un chat:', redactedTitle: 'Esto se enviaría',
    sendRedacted: 'Enviar sin los datos', edit: 'Editar', cancel: 'Cancelar', swap: 'Cambiar por un token', capture: 'Enviar el formulario seguro',
    overrideTitle: 'Enviar de todos modos', overrideHint: 'Su motivo queda registrado.', override: 'Enviar tal cual', reason: 'Motivo', needReason: 'Diga por qué, en pocas palabras.',
    tokenFailed: 'No hay token para este tipo de dato.', captureText: 'Indíquelo aquí, donde solo nuestro sistema seguro puede leerlo:',
    sent: 'Enviado.', proposed: 'Puesto en Genesys. Revíselo y envíelo allí.', cancelled: 'Cancelado. No se envió nada.', notSent: 'No enviado:',
    how: { redacted: 'enviado sin los datos', tokenized: 'dato cambiado por un token', captured: 'formulario seguro enviado', override: 'enviado tal cual, con motivo', edited: 'editado', clean: '' },
    fromCustomer: 'por el cliente', fromAgent: 'por usted',
    signIn: 'Entrar', signInLead: 'Entre para revisar los mensajes antes de enviarlos.', noConversation: 'Abra esta página desde una conversación.',
    severity: { CRITICAL: 'Crítico', HIGH: 'Alto', MEDIUM: 'Medio', LOW: 'Bajo' },
  },
};

/** The words of the language that a tag such as pt-BR begins with; English for any other. */
export async function wordsFor(tag) {
  const language = (tag ?? '').toLowerCase().slice(0, 2);
  const chosen = language in WORDS ? language : 'en';
  const { RULES, ENTITIES, ANY } = await import(`/widget/assets/coaching.${chosen}.js`);
  const coach = (finding) => RULES[finding.rule] ?? ENTITIES[finding.entity] ?? { name: finding.rule, why: ANY };
  return { ...WORDS[chosen], language: chosen, coach };
}
