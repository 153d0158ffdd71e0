/*
 * Puts the chat into any page, by one tag:
 *   <script src="https://chat.example/chat.js" data-language="pt" data-theme="dark" data-title="Ask us" async></script>
 * A button in a shadow tree opens the chat in a frame of its own origin: this page's styles and scripts do not reach
 * into it, and it reads nothing of this page. Needs no inline style or script of the page's policy.
 */
(() => {
  "use strict";
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { language, theme, title } = script.dataset;
  const said = { en: ["Open chat", "Close chat"], es: ["Abrir el chat", "Cerrar el chat"], pt: ["Abrir o chat", "Fechar o chat"] };
  const [open, close] = said[(language || navigator.language || "en").slice(0, 2)] || said.en;
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; width: 60px; height: 60px;
      display: grid; place-items: center; padding: 0; border: 0; border-radius: 50%; background: #0f5c7a; color: #fff; cursor: pointer;
      box-shadow: 0 2px 6px rgb(0 0 0 / 25%), 0 8px 24px rgb(0 0 0 / 20%); }
    button:hover { background: #0a455d; }
    button:focus-visible { outline: 3px solid #fff; outline-offset: -6px; box-shadow: 0 0 0 3px #0f5c7a; }
    button svg { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .unread::after { content: ""; position: absolute; inset-block-start: 2px; inset-inline-end: 2px; width: 14px; height: 14px;
      border-radius: 50%; background: #c2410c; border: 2px solid #fff; box-sizing: border-box; }
    iframe { position: fixed; inset-block-end: 96px; inset-inline-end: 20px; z-index: 2147483000; width: 400px; height: min(640px, calc(100dvh - 120px));
      border: 0; border-radius: 14px; background: #fff; box-shadow: 0 8px 40px rgb(0 0 0 / 30%); color-scheme: normal; }
    [hidden] { display: none; }
    @media (max-width: 480px) { button[aria-expanded="true"] { display: none; } iframe { inset: 0; width: 100%; height: 100%; border-radius: 0; } }
  `);
  shadow.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "28");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  button.type = "button";
  button.append(svg);
  let frame = null, isLoaded = false;

  function draw(isOpen) {
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-label", isOpen ? close : open);
    path.setAttribute("d", isOpen ? "M6 9l6 6 6-6" : "M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4a2 2 0 0 1-2-2z");
  }

  function toggle(isOpen) {
    if (isOpen && !frame) {
      frame = document.createElement("iframe");
      const query = new URLSearchParams(Object.entries({ lang: language, theme, title }).filter(([, value]) => value));
      frame.src = origin + "/chat?" + query;
      frame.title = title || open;
      frame.addEventListener("load", () => { isLoaded = true; focus(); });
      shadow.prepend(frame);
    }
    if (frame) frame.hidden = !isOpen;
    draw(isOpen);
    if (isOpen) { button.classList.remove("unread"); focus(); } else button.focus();
  }

  function focus() {
    frame.focus();
    if (isLoaded) frame.contentWindow.postMessage({ cordonChat: "focus" }, origin);
  }

  button.addEventListener("click", () => toggle(!frame || frame.hidden));
  addEventListener("message", (event) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return;
    if (event.data?.cordonChat === "close") toggle(false);
    if (event.data?.cordonChat === "unread" && frame.hidden) button.classList.add("unread");
  });
  draw(false);
  shadow.append(button);
  const place = () => document.body.append(host);
  if (document.body) place(); else addEventListener("DOMContentLoaded", place);
})();
