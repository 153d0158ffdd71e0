// What surrounds the widget: Genesys's desktop by its client-app SDK where that is there, else this page, and whoever
// embeds it by postMessage. The SDK cannot see or stop Genesys's own composer; it can show a toast and propose a text.

const SDK_FILE = '/widget/assets/client-app-sdk.js';

function load(path) {
  const policy = window.trustedTypes?.createPolicy('cordon-sdk', { createScriptURL: (address) => address });
  return new Promise((resolve) => {
    const script = document.createElement('script');
    script.src = policy ? policy.createScriptURL(path) : path;
    script.addEventListener('load', () => resolve(true));
    script.addEventListener('error', () => resolve(false));
    document.head.append(script);
  });
}

function originOfParent() {
  if (window.parent === window) return null;
  return location.ancestorOrigins?.[0] ?? (document.referrer ? new URL(document.referrer).origin : null);
}

export class Surroundings {
  constructor(toasts) {
    this.toasts = toasts;
    this.app = null;
    this.parent = originOfParent(); // frame-ancestors has let it through, so it may be spoken to
    this.hears = () => {};
    window.addEventListener('message', (event) => {
      const isParent = this.parent && event.source === window.parent && event.origin === this.parent;
      if (isParent && typeof event.data?.type === 'string' && event.data.type.startsWith('cordon:')) this.hears(event.data);
    });
  }

  /** Meet Genesys's desktop, where this page runs inside it. */
  async connect(parameters, { hasSdk }) {
    if (!parameters.get('gcHostOrigin')) return;
    if (!window.purecloud && hasSdk) await load(SDK_FILE);
    const ClientApp = window.purecloud?.apps?.ClientApp;
    if (ClientApp) this.app = new ClientApp({ gcHostOriginQueryParam: 'gcHostOrigin', gcTargetEnvQueryParam: 'gcTargetEnv' });
  }

  tell(type, detail = {}) {
    if (this.parent) window.parent.postMessage({ type: `cordon:${type}`, ...detail }, this.parent);
  }

  /** An error stays until it is closed, as the SDK demands; the same id replaces. */
  toast(kind, words, id = 'cordon') {
    if (this.app) {
      const lasting = kind === 'error' ? { timeout: 0 } : { timeout: 7 };
      this.app.alerting.showToastPopup('DLP', words, { type: kind, showCloseButton: true, markdownMessage: false, id, ...lasting });
    }
    const note = document.createElement('p');
    note.className = 'notice';
    note.dataset.kind = { error: 'critical', success: 'good' }[kind] ?? 'info';
    note.textContent = words;
    this.toasts.replaceChildren(note);
    setTimeout(() => note.remove(), kind === 'error' ? 12_000 : 5000);
  }

  attention(count) {
    this.app?.alerting.setAttentionCount(count);
  }

  /** Fill Genesys's own composer, on the agent's own click. False where there is none. */
  propose(text) {
    this.tell('propose', { text });
    if (!this.app) return Boolean(this.parent);
    this.app.conversations.proposeInteractionMessage('insert', text);
    return true;
  }
}
