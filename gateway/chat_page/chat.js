/* The chat page: a guest, a log, and what the customer does with them. */

import { Guest } from "./guest.js";
import { $, Log } from "./view.js";
import { spoken, wordsOf } from "./words.js";

const MAX_BYTES = 4096, TYPING_SHOWN = 6_000;
const REASONS = { 403: "blocked", 4011: "tooLong", 4013: "tooLong" };
const asked = new URLSearchParams(location.search), isEmbedded = window.parent !== window;

let language, words, guest, typingTimer, state = "connecting", over = "", settings = {};
const resend = new Map();
const log = new Log({
  choose(text, payload) { log.pending(guest.choose(text, payload), text); $("text").focus(); },
  again: (tracingId) => again(tracingId)
});

function speak(chosen) {
  language = chosen;
  words = wordsOf(language);
  document.documentElement.lang = language;
  document.title = $("title").textContent = asked.get("title")?.slice(0, 60) || words.title;
  $("language").value = language;
  $("language-label").textContent = words.language;
  $("privacy").textContent = words.privacy;
  $("text").placeholder = $("text-label").textContent = words.write;
  $("end").textContent = words.end;
  $("again").textContent = words.anew;
  $("typing-words").textContent = words.typing;
  for (const [id, name] of [["send", words.send], ["attach", words.attach], ["close", words.close]]) {
    $(id).setAttribute("aria-label", name);
    $(id).title = name;
  }
  log.speak(words, language);
  showState(state);
  if (over) showOver(over);
  count();
}

function showState(next) {
  state = next;
  $("state").dataset.state = over ? "ended" : state;
  $("state").textContent = over ? words.ended : words[state];
  $("end").hidden = Boolean(over) || state !== "online";
  const isAway = state === "unavailable" && !over;
  problem(isAway ? words.unavailable : "");
}

function showOver(reason) {
  over = reason;
  $("over-words").textContent = words[reason];
  $("over").hidden = false;
  $("composer").hidden = true;
  $("typing").hidden = true;
  log.strand();
  showState(state);
}

function problem(sentence) {
  $("problem").textContent = sentence;
  $("problem").hidden = !sentence;
}

function showTyping(isOn) {
  clearTimeout(typingTimer);
  $("typing").hidden = !isOn;
  if (isOn) { log.scroll(); typingTimer = setTimeout(() => showTyping(false), TYPING_SHOWN); }
}

/* --- what comes in --- */

function listen() {
  guest.addEventListener("state", ({ detail }) => {
    if (detail.state !== "online" && state === "online") log.strand();
    showState(detail.state);
  });
  guest.addEventListener("restored", ({ detail }) => detail.messages.forEach((body) => log.add(body)));
  guest.addEventListener("message", ({ detail }) => arrived(detail.body, detail.tracingId));
  guest.addEventListener("refused", ({ detail }) => refused(detail));
  guest.addEventListener("over", ({ detail }) => showOver(detail.reason));
  guest.addEventListener("file", ({ detail }) => problem(!detail.code ? "" : detail.code === 4002 ? words.fileLarge : words.fileRefused));
}

function arrived(body, tracingId) {
  if (body.type === "Event") return body.events?.forEach((event) => happened(event, body));
  if (body.direction === "Outbound") { showTyping(false); tellParent("unread"); }
  log.add(body, tracingId);
}

function happened(event, body) {
  if (event.eventType === "Typing" && body.direction === "Outbound") showTyping(event.typing.type === "On");
  if (event.eventType === "Presence" && event.presence.type === "Disconnect") {
    if (body.metadata?.readOnly === "false") log.note(words.left);
    else { guest.leave(); showOver("over"); }
  }
}

function refused({ tracingId, code, retryAfter }) {
  if (code === 429 && log.textOf(tracingId) && !resend.has(tracingId)) {
    problem(words.tooMany);
    const wait = (retryAfter || 3) * 1000 + Math.random() * 500;
    resend.set(tracingId, setTimeout(() => { problem(""); again(tracingId); }, wait));
    return;
  }
  log.failed(tracingId, REASONS[code] || "failed", !(code in REASONS));
}

function again(tracingId) {
  resend.delete(tracingId);
  const text = log.textOf(tracingId);
  log.remove(tracingId);
  if (text) log.pending(guest.say(text), text);
}

/* --- what the customer does --- */

function count() {
  const field = $("text"), left = MAX_BYTES - new TextEncoder().encode(field.value).length;
  field.style.height = "auto";
  field.style.height = field.scrollHeight + 2 + "px";
  $("count").textContent = left < 0 ? words.fill(words.bytesLeft, String(-left)) : "";
  $("count").toggleAttribute("data-over", left < 0);
  $("send").setAttribute("aria-disabled", String(left < 0 || !field.value.trim()));
  return left >= 0;
}

function send(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !count() || over) return;
  log.pending(guest.say(text), text);
  $("text").value = "";
  count();
  $("text").focus();
}

$("composer").addEventListener("submit", send);
$("text").addEventListener("input", () => { count(); guest?.typing(); });
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
});
$("language").addEventListener("change", () => speak($("language").value));
$("end").addEventListener("click", () => guest.end());
$("again").addEventListener("click", () => {
  over = "";
  log.clear();
  $("over").hidden = true;
  $("composer").hidden = false;
  guest.start();
  $("text").focus();
});
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => {
  const file = $("file").files[0];
  $("file").value = "";
  if (!file) return;
  if (file.size > settings.attachments.maxBytes) return problem(words.fileLarge);
  problem(words.fill(words.fileSending, file.name));
  guest.upload(file);
});

/* --- inside another page --- */

function tellParent(what) { if (isEmbedded) window.parent.postMessage({ cordonChat: what }, "*"); }

$("close").hidden = !isEmbedded;
$("close").addEventListener("click", () => tellParent("close"));
addEventListener("keydown", (event) => { if (event.key === "Escape") tellParent("close"); });
addEventListener("message", (event) => {
  if (event.source === window.parent && event.data?.cordonChat === "focus") (over ? $("again") : $("text")).focus();
});
document.documentElement.toggleAttribute("data-embedded", isEmbedded);
if (["light", "dark"].includes(asked.get("theme"))) document.documentElement.dataset.theme = asked.get("theme");

speak(spoken(asked.get("lang"), ...navigator.languages));
try {
  settings = await (await fetch("/chat/settings.json")).json();
  $("attach").hidden = !settings.attachments;
  if (settings.attachments) $("file").accept = settings.attachments.accept;
  guest = new Guest(settings.deploymentId);
  listen();
  guest.start();
} catch {
  showState("unavailable");
}
