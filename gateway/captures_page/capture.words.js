/* The page's words, by language. */
(function () {
  "use strict";
  window.CaptureWords = {
    en: {
      title: "Secure form",
      lead: "Please fill in:",
      leadFor: "{0} asks you to fill in:",
      send: "Send securely",
      sending: "Sending…",
      done: "Thank you. Your details were sent securely. You can close this page and go back to the chat.",
      closed: "This link is not valid, or not any more. Please ask for a new one in the chat.",
      away: "That did not work. Please try again in a moment.",
      old: "This browser cannot protect what you type. Please open the link in a current browser.",
      privacy: "What you type is encrypted on this device. The agent sees only that you sent it.",
      missing: "Please fill this in.",
      wrong: "Please check this: it does not look right.",
      fields: {
        payment_card: "Card number", card_expiry: "Expiry date (MM/YY)", card_holder: "Name on the card",
        br_cpf: "CPF", br_cnpj: "CNPJ", iban: "IBAN", us_ssn: "Social security number",
        email_address: "E-mail address", phone_number: "Phone number", date_of_birth: "Date of birth",
        postal_address: "Address", passport: "Passport number", bank_account: "Account number",
        medical_record_number: "Medical record number", policy_number: "Policy number", person_name: "Full name"
      }
    },
    pt: {
      title: "Formulário seguro",
      lead: "Preencha, por favor:",
      leadFor: "{0} pede que você preencha:",
      send: "Enviar com segurança",
      sending: "Enviando…",
      done: "Obrigado. Seus dados foram enviados com segurança. Você pode fechar esta página e voltar à conversa.",
      closed: "Este link não é válido ou já não vale mais. Peça um novo na conversa.",
      away: "Não funcionou. Tente novamente em instantes.",
      old: "Este navegador não consegue proteger o que você digita. Abra o link em um navegador atual.",
      privacy: "O que você digita é criptografado neste aparelho. O atendente vê apenas que você enviou.",
      missing: "Preencha este campo.",
      wrong: "Confira este campo: parece incorreto.",
      fields: {
        payment_card: "Número do cartão", card_expiry: "Validade (MM/AA)", card_holder: "Nome no cartão",
        br_cpf: "CPF", br_cnpj: "CNPJ", iban: "IBAN", us_ssn: "Social security number (EUA)",
        email_address: "E-mail", phone_number: "Telefone", date_of_birth: "Data de nascimento",
        postal_address: "Endereço", passport: "Número do passaporte", bank_account: "Número da conta",
        medical_record_number: "Número do prontuário", policy_number: "Número da apólice", person_name: "Nome completo"
      }
    },
    es: {
      title: "Formulario seguro",
      lead: "Por favor, rellene:",
      leadFor: "{0} le pide que rellene:",
      send: "Enviar de forma segura",
      sending: "Enviando…",
      done: "Gracias. Sus datos se han enviado de forma segura. Puede cerrar esta página y volver al chat.",
      closed: "Este enlace no es válido o ya no lo es. Pida uno nuevo en el chat.",
      away: "No ha funcionado. Inténtelo de nuevo en un momento.",
      old: "Este navegador no puede proteger lo que escribe. Abra el enlace en un navegador actual.",
      privacy: "Lo que escribe se cifra en este dispositivo. El agente solo ve que lo ha enviado.",
      missing: "Rellene este campo.",
      wrong: "Revise este campo: no parece correcto.",
      fields: {
        payment_card: "Número de tarjeta", card_expiry: "Caducidad (MM/AA)", card_holder: "Nombre en la tarjeta",
        br_cpf: "CPF", br_cnpj: "CNPJ", iban: "IBAN", us_ssn: "Número de seguridad social (EE. UU.)",
        email_address: "Correo electrónico", phone_number: "Teléfono", date_of_birth: "Fecha de nacimiento",
        postal_address: "Dirección", passport: "Número de pasaporte", bank_account: "Número de cuenta",
        medical_record_number: "Número de historia clínica", policy_number: "Número de póliza", person_name: "Nombre completo"
      }
    },
    fr: {
      title: "Formulaire sécurisé",
      lead: "Veuillez remplir :",
      leadFor: "{0} vous demande de remplir :",
      send: "Envoyer de façon sécurisée",
      sending: "Envoi…",
      done: "Merci. Vos données ont été envoyées de façon sécurisée. Vous pouvez fermer cette page et revenir à la conversation.",
      closed: "Ce lien n’est pas valide, ou ne l’est plus. Demandez-en un nouveau dans la conversation.",
      away: "Cela n’a pas fonctionné. Réessayez dans un instant.",
      old: "Ce navigateur ne peut pas protéger votre saisie. Ouvrez le lien dans un navigateur récent.",
      privacy: "Votre saisie est chiffrée sur cet appareil. L’agent voit seulement que vous l’avez envoyée.",
      missing: "Veuillez remplir ce champ.",
      wrong: "Vérifiez ce champ : il ne semble pas correct.",
      fields: {
        payment_card: "Numéro de carte", card_expiry: "Date d’expiration (MM/AA)", card_holder: "Nom sur la carte",
        br_cpf: "CPF", br_cnpj: "CNPJ", iban: "IBAN", us_ssn: "Numéro de sécurité sociale (États-Unis)",
        email_address: "Adresse e-mail", phone_number: "Téléphone", date_of_birth: "Date de naissance",
        postal_address: "Adresse", passport: "Numéro de passeport", bank_account: "Numéro de compte",
        medical_record_number: "Numéro de dossier médical", policy_number: "Numéro de contrat", person_name: "Nom complet"
      }
    }
  };
}());
