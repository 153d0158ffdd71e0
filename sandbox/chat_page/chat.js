"use strict";
// Shows /_sandbox/conversations, asks again all the time, and lets one write.

const side = document.documentElement.dataset.side;
const mine = side === "agent" ? "OUTBOUND" : "INBOUND";
const byId = (id) => document.getElementById(id);
let chosen = null;
let shown = "";
let talks = [];

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function wordsOf(text) {
  const words = document.createDocumentFragment();
  for (const line of text.split("\n")) {
    if (line.startsWith("[DLP ALERT]")) {
      words.append(element("span", "alert", line));
      continue;
    }
    if (words.childNodes.length) words.append("\n");
    const pieces = line.split(/(\[[^\]]*(?:REDACTED|withheld|held by policy|refused by policy)[^\]]*\])/);
    pieces.forEach((piece, number) => words.append(number % 2 ? element("span", "taken", piece) : piece));
  }
  return words;
}

function stateOf(message) {
  const at = new Date(message.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const words = { "delivery-success": "delivered", "delivery-failed": "not delivered" }[message.status] || message.status;
  return [at, words, message.error].filter(Boolean).join(" · ");
}

function bubbleOf(talk, message) {
  const bubble = element("li", "bubble");
  bubble.classList.toggle("mine", message.direction === mine);
  bubble.classList.toggle("failed", Boolean(message.error) || message.status === "failed");
  bubble.append(wordsOf(message.text || ""));
  for (const file of message.files || []) {
    bubble.append(element("span", "attached", `${file.filename || "File"} · ${file.mime} · ${file.state}`));
  }
  if (message.link) bubble.append(element("span", "attached", `${message.kind} · ${message.link.slice(0, 60)}`));
  if ((message.choices || []).length) {
    const choices = element("span", "choices");
    message.choices.forEach((title, number) => {
      const button = element("button", "button small", title);
      button.type = "button";
      button.addEventListener("click", () => choose(talk, message, number));
      choices.append(button);
    });
    bubble.append(choices);
  }
  bubble.append(element("span", "foot", stateOf(message)));
  return bubble;
}

function show() {
  const people = talks.map((talk) => {
    const row = element("li");
    const button = element("button");
    button.type = "button";
    button.setAttribute("aria-current", String(talk.customer === chosen));
    button.append(element("strong", "", talk.nickname || talk.customer));
    const last = talk.messages.at(-1);
    button.append(element("span", "last", last ? last.text : ""));
    button.addEventListener("click", () => { chosen = talk.customer; shown = ""; show(); });
    row.append(button);
    return row;
  });
  byId("people").replaceChildren(...people);
  const talk = talks.find((one) => one.customer === chosen);
  byId("who").textContent = talk ? talk.nickname || talk.customer : chosen || "No conversation yet";
  byId("about").textContent = talk ? [talk.customer, talk.conversation_id].filter(Boolean).join(" · ") : "";
  const data = Object.entries((talk && talk.attributes) || {});
  byId("data").replaceChildren(...data.map(([name, value]) => element("span", "badge", `${name} ${value}`)));
  if (talk && talk.is_typing) byId("about").textContent = "is typing …";
  byId("said").replaceChildren(...(talk ? talk.messages.map((message) => bubbleOf(talk, message)) : []));
  byId("said").scrollTop = byId("said").scrollHeight;
}

async function look() {
  try {
    const answer = await fetch("/_sandbox/conversations");
    const text = await answer.text();
    if (text !== shown) {
      shown = text;
      talks = JSON.parse(text);
      if (!chosen && talks.length) chosen = talks[0].customer;
      show();
    }
  } catch {
    byId("about").textContent = "The double does not answer.";
  }
  setTimeout(look, 500);
}

async function post(path, body) {
  const sent = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return sent.json();
}

function write(text) {
  if (side === "agent") return post("/_sandbox/agent-message", { to: chosen, text });
  return post("/_sandbox/customer-message", { from: chosen, text });
}

function choose(talk, message, number) {
  if (side === "agent") return;
  const reply = { id: message.choice_ids[number], title: message.choices[number] };
  post("/_sandbox/customer-message", {
    from: talk.customer,
    message: {
      type: "interactive",
      interactive: { type: "button_reply", button_reply: reply },
      context: { id: message.message_id },
    },
  });
}

async function attach(file) {
  const kept = await fetch("/_sandbox/file", {
    method: "POST", headers: { "Content-Type": file.type || "application/octet-stream" }, body: file,
  });
  const media = { id: (await kept.json()).id, mime_type: file.type };
  const family = file.type.split("/")[0];
  const kind = ["image", "video", "audio"].includes(family) ? family : "document";
  if (kind === "document") media.filename = file.name;
  post("/_sandbox/customer-message", { from: chosen, message: { type: kind, [kind]: media } });
}

byId("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text || !chosen) return;
  byId("text").value = "";
  write(text);
});
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    byId("compose").requestSubmit();
  }
});
if (side === "customer") {
  byId("start").hidden = false;
  byId("attach").hidden = false;
  byId("start").addEventListener("submit", (event) => {
    event.preventDefault();
    chosen = byId("number").value.trim();
    show();
    byId("text").focus();
  });
  byId("file").addEventListener("change", (event) => {
    if (event.target.files.length && chosen) attach(event.target.files[0]);
    event.target.value = "";
  });
}
look();
