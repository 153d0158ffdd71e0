/*
 * The capture form. What is typed is encrypted here, for this one link, before anything is sent: ECDH on P-256,
 * HKDF-SHA256 salted by the hash of the link's secret, AES-256-GCM bound to the capture's id.
 * Written for old phones: no modules, no syntax later than 2015.
 */
(function () {
  "use strict";

  var INFO = "cordon capture 1";
  var TELLING_MS = 2000;
  var id = location.pathname.split("/").pop();
  var secret = location.hash.slice(1);
  var crypt = window.crypto && window.crypto.subtle;
  var words = window.CaptureWords[(navigator.language || "en").slice(0, 2)] || window.CaptureWords.en;
  var capture = null;
  var told = {};
  var telling = Promise.resolve();

  function $(name) { return document.getElementById(name); }
  function bytes(text) { return new TextEncoder().encode(text); }
  function digits(text) { return text.replace(/\D/g, ""); }
  function plain(text) { return text.replace(/[^0-9a-z]/gi, "").toUpperCase(); }

  function base64(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer)));
  }

  function fromBase64(text) {
    return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); });
  }

  /* --- checks, as one types --- */

  function luhn(value) {
    var total = 0;
    value.split("").reverse().forEach(function (c, place) {
      var n = Number(c) * (1 + place % 2);
      total += n > 9 ? n - 9 : n;
    });
    return total % 10 === 0;
  }

  function weighted(value, weights) {
    var rest = 11 - weights.reduce(function (sum, w, i) { return sum + (value.charCodeAt(i) - 48) * w; }, 0) % 11;
    return rest > 9 ? 0 : rest;
  }

  function same(value) { return /^(.)\1*$/.test(value); }

  var checks = {
    payment_card: function (v) { v = digits(v); return v.length > 11 && v.length < 20 && luhn(v); },
    br_cpf: function (v) {
      v = digits(v);
      if (v.length !== 11 || same(v)) { return false; }
      var first = weighted(v, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
      return v.slice(9) === "" + first + weighted(v.slice(0, 9) + first, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    },
    br_cnpj: function (v) {
      v = plain(v);
      if (!/^[0-9A-Z]{12}\d\d$/.test(v) || same(v)) { return false; }
      var weights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
      var first = weighted(v, weights);
      return v.slice(12) === "" + first + weighted(v.slice(0, 12) + first, [6].concat(weights));
    },
    iban: function (v) {
      v = plain(v);
      if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(v)) { return false; }
      var rest = 0;
      (v.slice(4) + v.slice(0, 4)).split("").forEach(function (c) {
        var n = parseInt(c, 36);
        rest = (rest * (n > 9 ? 100 : 10) + n) % 97;
      });
      return rest === 1;
    },
    card_expiry: function (v) {
      var m = /^(\d{1,2})\s*[\/.\- ]\s*(\d{2}|\d{4})$/.exec(v.trim());
      if (!m) { return false; }
      var year = Number(m[2]) + (m[2].length === 2 ? 2000 : 0), now = new Date();
      return m[1] >= 1 && m[1] <= 12 && (year - now.getFullYear()) * 12 + Number(m[1]) - 1 - now.getMonth() >= 0;
    },
    card_security_code: function (v) { return /^[0-9]{3,4}$/.test(v.trim()); },
    email_address: function (v) { return /^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/.test(v.trim()); }
  };

  function isRight(entity, value) {
    return !!value.trim() && (!checks[entity] || checks[entity](value));
  }

  /* --- the form --- */

  var hints = {
    payment_card: ["cc-number", "numeric"], card_expiry: ["cc-exp", "numeric"], card_holder: ["cc-name", "text"],
    card_security_code: ["cc-csc", "numeric"],
    email_address: ["email", "email"], phone_number: ["tel", "tel"], date_of_birth: ["bday", "numeric"],
    postal_address: ["street-address", "text"], person_name: ["name", "text"], br_cpf: ["off", "numeric"],
    us_ssn: ["off", "numeric"]
  };

  function element(tag, attributes, text) {
    var made = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    if (text) { made.textContent = text; }
    return made;
  }

  function labelOf(entity) {
    return words.fields[entity] || entity.charAt(0).toUpperCase() + entity.slice(1).replace(/_/g, " ");
  }

  function addField(entity) {
    var hint = hints[entity] || ["off", "text"];
    var input = element("input", {
      id: "f-" + entity, name: entity, type: "text", inputmode: hint[1], autocomplete: hint[0], spellcheck: "false",
      autocapitalize: "off", autocorrect: "off", maxlength: "500", "aria-describedby": "e-" + entity, "aria-required": "true"
    });
    $("fields").appendChild(element("label", { "for": "f-" + entity }, labelOf(entity)));
    $("fields").appendChild(input);
    $("fields").appendChild(element("p", { id: "e-" + entity, "class": "error", "aria-live": "polite" }));
    input.addEventListener("input", function () {
      var right = isRight(entity, input.value);
      input.classList.toggle("right", right);
      if (right) { complain(entity, ""); }
      tell(entity, right ? "valid" : "typing");
    });
    input.addEventListener("blur", function () {
      if (input.value && !isRight(entity, input.value)) { complain(entity, words.wrong); }
    });
  }

  function complain(entity, sentence) {
    $("e-" + entity).textContent = sentence;
    $("f-" + entity).setAttribute("aria-invalid", sentence ? "true" : "false");
  }

  function show(sentence) {
    $("form").hidden = true;
    $("lead").textContent = "";
    $("message").textContent = sentence;
  }

  function translate(language) {
    words = window.CaptureWords[language] || words;
    document.documentElement.lang = window.CaptureWords[language] ? language : "en";
    document.title = words.title;
    $("title").textContent = words.title;
  }

  /* --- talking to the server --- */

  function post(what, body) {
    body.secret = secret;
    return fetch("/c/" + id + "/" + what, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer"
    }).then(function (answer) {
      if (answer.ok) { return answer.status === 204 ? null : answer.json(); }
      throw answer.status === 410 || answer.status === 404 || answer.status === 422 ? "closed" : "away";
    }, function () { throw "away"; });
  }

  /* Progress for the agent: which field is being typed in or right, once each and in turn; never a character. */
  function tell(entity, state) {
    if (told[entity] === state || told[entity] === "valid") { return; }
    told[entity] = state;
    telling = telling.then(function () {
      return post("progress", { field: entity, state: state });
    }).catch(function () {});
  }

  /* After what was told so far, so that the form's end does not overtake it; but a slow network keeps nobody waiting. */
  function toldAll() {
    return Promise.race([telling, new Promise(function (go) { setTimeout(go, TELLING_MS); })]);
  }

  function seal(values) {
    var curve = { name: "ECDH", namedCurve: "P-256" };
    var nonce = window.crypto.getRandomValues(new Uint8Array(12));
    return Promise.all([
      crypt.generateKey(curve, true, ["deriveBits"]),
      crypt.importKey("raw", fromBase64(capture.public_key), curve, false, []),
      crypt.digest("SHA-256", bytes(secret))
    ]).then(function (made) {
      var mine = made[0], salt = made[2];
      return Promise.all([
        crypt.deriveBits({ name: "ECDH", "public": made[1] }, mine.privateKey, 256)
          .then(function (shared) { return crypt.importKey("raw", shared, "HKDF", false, ["deriveKey"]); })
          .then(function (shared) {
            return crypt.deriveKey({ name: "HKDF", hash: "SHA-256", salt: salt, info: bytes(INFO) }, shared,
              { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
          })
          .then(function (key) {
            return crypt.encrypt({ name: "AES-GCM", iv: nonce, additionalData: bytes(id) }, key,
              bytes(JSON.stringify(values)));
          }),
        crypt.exportKey("raw", mine.publicKey)
      ]);
    }).then(function (made) {
      return { ciphertext: base64(made[0]), public_key: base64(made[1]), nonce: base64(nonce) };
    });
  }

  function send(event) {
    event.preventDefault();
    var values = {}, wrong = null;
    capture.fields.forEach(function (entity) {
      var value = $("f-" + entity).value;
      values[entity] = value.trim();
      var sentence = !value.trim() ? words.missing : isRight(entity, value) ? "" : words.wrong;
      complain(entity, sentence);
      if (sentence && !wrong) { wrong = $("f-" + entity); }
    });
    if (wrong) { wrong.focus(); return; }
    if ($("send").getAttribute("aria-busy") === "true") { return; }
    busy(true);
    Promise.all([seal(values), toldAll()]).then(function (ready) { return post("submit", ready[0]); }).then(function () {
      $("fields").textContent = "";
      finish(words.done);
    }).catch(function (problem) {
      busy(false);
      if (problem === "closed") { finish(words.closed); } else { $("problem").textContent = words.away; }
    });
  }

  function busy(is) {
    $("problem").textContent = "";
    $("send").setAttribute("aria-busy", is ? "true" : "false");
    $("send").textContent = is ? words.sending : words.send;
  }

  function finish(sentence) {
    secret = "";
    history.replaceState(null, "", location.pathname);
    show(sentence);
  }

  function start() {
    if (!crypt || !window.TextEncoder || !window.fetch) { show(words.old); return; }
    if (!secret) { show(words.closed); return; }
    post("open", {}).then(function (opened) {
      capture = opened;
      translate(opened.language);
      $("lead").textContent = opened.recipient ? words.leadFor.replace("{0}", opened.recipient) : words.lead;
      opened.fields.forEach(addField);
      $("privacy").textContent = words.privacy;
      $("privacy").hidden = false;
      busy(false);
      $("form").hidden = false;
      $("form").addEventListener("submit", send);
    }).catch(function (problem) { show(problem === "closed" ? words.closed : words.away); });
  }

  translate((navigator.language || "en").slice(0, 2));
  start();
}());
