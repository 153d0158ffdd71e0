// Puts the widget into another page:
//   import { mount } from 'https://cordon.example/widget/assets/embed.js';
//   mount(element, { conversationId, language, onConfirmRedacted: (text) => {}, onCancel: () => {} });

const HOME = new URL(import.meta.url).origin;

/** Show the widget in an element. Returns functions to fill its composer, to hand over a token, and to take it away. */
export function mount(element, { conversationId, language = navigator.language, channel, link, onConfirmRedacted, onCancel, onSent, onPropose } = {}) {
  const parameters = new URLSearchParams({ conversationid: conversationId ?? '', language, ...(channel ? { channel } : {}) });
  const frame = document.createElement('iframe');
  frame.src = `${HOME}/widget?${parameters}${link ? `#link=${link}` : ''}`;
  frame.title = 'Message check';
  frame.style.cssText = 'width: 100%; height: 100%; border: 0';
  const calls = { 'cordon:confirmRedacted': onConfirmRedacted, 'cordon:cancel': onCancel, 'cordon:sent': onSent, 'cordon:propose': onPropose };
  const hear = (event) => {
    if (event.source !== frame.contentWindow || event.origin !== HOME) return;
    calls[event.data?.type]?.(event.data.text, event.data);
  };
  addEventListener('message', hear);
  element.append(frame);
  const say = (type, detail) => frame.contentWindow.postMessage({ type: `cordon:${type}`, ...detail }, HOME);
  return {
    draft: (text) => say('draft', { text }),
    genesysToken: (token) => say('genesysToken', { token }),
    remove: () => {
      removeEventListener('message', hear);
      frame.remove();
    },
  };
}
