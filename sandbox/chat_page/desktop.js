"use strict";
// The host of an interaction widget, as Genesys's desktop is one: fills its address, and does what the SDK posts.

const PROTOCOL = "purecloud-client-apps";
const LANGUAGE = "en-us";
const TARGET = "prod"; // the SDK knows a page on loopback by any environment's name
const asked = new URLSearchParams(location.search);
const byId = (id) => document.getElementById(id);
let talk = null;
let shown = "";
let frame = null;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function show() {
  byId("who").textContent = talk.nickname || talk.customer;
  byId("about").textContent = talk.conversation_id;
  byId("said").replaceChildren(...talk.messages.map((message) => {
    const bubble = element("li", "bubble", message.text);
    bubble.classList.toggle("mine", message.direction === "OUTBOUND");
    bubble.classList.toggle("failed", Boolean(message.error));
    bubble.append(element("span", "foot", [message.status, message.error].filter(Boolean).join(" · ")));
    return bubble;
  }));
  byId("said").scrollTop = byId("said").scrollHeight;
}

async function openWidget() {
  const { url } = await (await fetch("/_sandbox/widget")).json();
  byId("none").hidden = Boolean(url);
  if (!url) return;
  const values = { gcConversationId: talk.conversation_id, gcLangTag: LANGUAGE, gcHostOrigin: location.origin, gcTargetEnv: TARGET };
  frame = element("iframe");
  frame.title = "Interaction widget";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-modals allow-popups");
  frame.src = url.replace(/\{\{(\w+)\}\}/g, (whole, name) => (name in values ? encodeURIComponent(values[name]) : whole));
  document.querySelector(".app").append(frame);
}

const ACTIONS = {
  showToast({ title, message, type, id, timeout }) {
    const toast = element("p", "notice");
    toast.dataset.kind = { error: "critical", success: "good" }[type] || "info";
    toast.dataset.toast = id || "";
    toast.append(element("strong", "", title), ` ${message}`);
    document.querySelectorAll("[data-toast]").forEach((old) => id && old.dataset.toast === id && old.remove());
    byId("toasts").append(toast);
    if (timeout !== 0) setTimeout(() => toast.remove(), (timeout || 7) * 1000);
  },
  setAttentionCount({ count }) {
    byId("attention").hidden = !count;
    byId("attention").textContent = String(count);
  },
  proposeInteractionMessage({ mode, message }) {
    const box = byId("text");
    if (mode === "insert") box.setRangeText(message, box.selectionStart, box.selectionEnd, "end");
    box.focus();
  },
  showInteractionDetails({ conversationId }) {
    byId("about").textContent = `details of ${conversationId}`;
  },
};

addEventListener("message", (event) => {
  if (!frame || event.source !== frame.contentWindow || event.origin !== new URL(frame.src).origin) return;
  const { protocol, action, ...given } = event.data || {};
  if (protocol === PROTOCOL && Object.hasOwn(ACTIONS, action)) ACTIONS[action](given);
});

byId("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text || !talk) return;
  byId("text").value = "";
  await fetch("/_sandbox/agent-message", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ conversation_id: talk.conversation_id, text }),
  });
});

async function look() {
  try {
    const text = await (await fetch("/_sandbox/conversations")).text();
    if (text !== shown) {
      shown = text;
      const talks = JSON.parse(text);
      const wanted = asked.get("conversation");
      talk = talks.find((one) => !wanted || one.conversation_id === wanted) || null;
      if (talk) show();
      if (talk && !frame) await openWidget();
    }
  } catch {
    byId("about").textContent = "The double does not answer.";
  }
  setTimeout(look, 500);
}

look();
