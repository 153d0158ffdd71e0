// The composer: looks while one types, and once more before it sends. Nothing leaves it unlooked at.

import { badge, el } from '/console/assets/dom.js';
import { Refused, call } from './api.js';
import { ask } from './notice.js';

const PAUSE = 180;

export class Composer {
  constructor({ form, draft, advice, dialog, words, conversation, channel, agentId, surroundings, onSent }) {
    Object.assign(this, { form, draft, advice, dialog, words, conversation, channel, agentId, surroundings, onSent });
    this.genesysToken = null;
    this.decision = 'clean'; // how the text came to be what it is
    this.rules = [];
    this.sending = false;
    draft.addEventListener('input', () => this.#soon());
    draft.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
  }

  fill(text) {
    this.draft.value = text;
    this.#soon();
    this.draft.focus();
  }

  #soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#look(), PAUSE);
  }

  #scan(text, { isDraft, signal }) {
    return call('POST', '/dlp/scan', { message_text: text, conversation_id: this.conversation, direction: 'OUTBOUND', channel: this.channel, agent_id: this.agentId, is_draft: isDraft }, signal);
  }

  /** While one types: advice only. An answer that comes too late is not shown. */
  async #look() {
    this.looking?.abort();
    const text = this.draft.value;
    if (!text.trim()) return this.#advise([]);
    this.looking = new AbortController();
    const { signal } = this.looking;
    try {
      const { findings } = await this.#scan(text, { isDraft: true, signal });
      if (!signal.aborted && this.draft.value === text) this.#advise(findings, true);
    } catch (error) {
      if (!signal.aborted) this.advice.replaceChildren(this.words.away);
    }
    return undefined;
  }

  #advise(findings, looked = false) {
    const isHeld = findings.some((one) => one.blocks);
    this.draft.dataset.state = isHeld ? 'held' : findings.length ? 'noted' : '';
    const rules = [...new Map(findings.map((one) => [one.rule, one])).values()];
    const lines = rules.map((one) => el('p', { class: 'row' }, badge(one.severity), `${this.words.coach(one).name}: ${one.blocks ? this.words.willBeHeld : this.words.noted}`));
    this.advice.replaceChildren(...(lines.length ? lines : looked ? [el('span', { class: 'muted' }, this.words.clean)] : []));
  }

  async send() {
    const text = this.draft.value.trim();
    if (!text || this.sending) return;
    this.sending = true;
    clearTimeout(this.waiting);
    try {
      const scan = await this.#scan(text, { isDraft: false });
      if (scan.findings.some((one) => one.blocks)) await this.#decide(text, scan);
      else await this.#deliver(text, this.decision);
    } catch (error) {
      this.surroundings.toast('error', error instanceof Refused ? `${this.words.notSent} ${error.message}` : this.words.away);
    } finally {
      this.sending = false;
    }
  }

  async #decide(text, { findings, redacted_text: redacted }) {
    this.surroundings.attention(1);
    const chosen = await ask(this.dialog, this.words, { findings, redacted });
    this.surroundings.attention(0);
    this.rules = chosen.rules;
    this.draft.focus();
    switch (chosen.choice) {
      case 'redacted':
        this.surroundings.tell('confirmRedacted', { text: redacted, conversationId: this.conversation });
        return this.#deliver(redacted, 'redacted');
      case 'override':
        return this.#deliver(text, 'override', chosen.reason);
      case 'token':
        return this.#swap(text, findings);
      case 'capture':
        return this.#capture(chosen.entities);
      case 'cancel':
        this.draft.value = '';
        this.#advise([]);
        this.surroundings.tell('cancel', { conversationId: this.conversation });
        this.surroundings.toast('info', this.words.cancelled);
        this.#note('cancelled');
        return undefined;
      default:
        this.decision = 'edited';
        this.#advise(findings);
        this.#note('edited');
        return undefined;
    }
  }

  /** Each value that the vault takes becomes a token; the text goes back into the composer to be read before it goes. */
  async #swap(text, findings) {
    const points = [...text];
    const pieces = [];
    let place = 0;
    for (const one of findings.filter((finding) => finding.blocks)) {
      const value = points.slice(one.start, one.end).join('');
      pieces.push(points.slice(place, one.start).join(''));
      try {
        const { token } = await call('POST', '/v1/tokens', { type: one.entity, value, conversation_id: this.conversation });
        pieces.push(token);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        pieces.push(one.replacement);
        this.surroundings.toast('info', this.words.tokenFailed);
      }
      place = one.end;
    }
    this.decision = 'tokenized';
    this.fill(pieces.join('') + points.slice(place).join(''));
  }

  /** The customer types it where only the vault reads it; the agent sees the link before it goes. */
  async #capture(entities) {
    const { url } = await call('POST', '/v1/captures', { conversation_id: this.conversation, fields: entities, language: this.words.language });
    this.decision = 'captured';
    this.fill(`${this.words.captureText} ${url}`);
  }

  async #deliver(text, decision, reason = null) {
    const sent = await call('POST', '/widget/api/send', {
      conversation_id: this.conversation, text, decision, channel: this.channel, rules: this.rules, reason, genesys_token: this.genesysToken });
    const isProposed = sent.sent_by === 'propose' && this.surroundings.propose(text);
    this.draft.value = '';
    this.#advise([]);
    this.decision = 'clean';
    this.rules = [];
    this.surroundings.tell('sent', { text, conversationId: this.conversation, decision });
    this.surroundings.toast('success', isProposed ? this.words.proposed : this.words.sent);
    this.onSent(text, decision);
  }

  /** For the record; the agent does not wait for it. */
  #note(decision) {
    call('POST', '/widget/api/decisions', { conversation_id: this.conversation, decision, rules: this.rules }).catch(() => {});
  }
}
