// What was found in the conversation so far, and what comes while it goes on.

import { badge, el } from '/console/assets/dom.js';
import { call, listen } from './api.js';

const KEPT = 30;

function entry(words, one) {
  const { name } = words.coach(one);
  const who = one.direction === 'INBOUND' ? words.fromCustomer : words.fromAgent;
  const when = new Date(one.detected_ms).toLocaleTimeString();
  return el('li', {}, el('span', { class: 'row' }, badge(one.severity), el('strong', {}, name), el('span', { class: 'muted' }, [one.masked_preview.replace(/\*{4,}/g, '••••'), who, when].filter(Boolean).join(' · '))));
}

export class Findings {
  constructor(list, words, conversation) {
    this.list = list;
    this.words = words;
    this.conversation = conversation;
    this.entries = [];
  }

  async open(onAlert) {
    const query = new URLSearchParams({ conversation: this.conversation });
    const { findings } = await call('GET', `/widget/api/findings?${query}`);
    this.entries = findings;
    this.#draw();
    listen(`/v1/alerts?${query}&audience=agent`, ({ event, data }) => {
      if (event !== 'alert') return;
      const alert = JSON.parse(data);
      this.entries = [{ ...alert, entity: '', masked_preview: '', detected_ms: Date.parse(alert.occurred_at) }, ...this.entries].slice(0, KEPT);
      this.#draw();
      onAlert(alert);
    }, new AbortController().signal);
  }

  #draw() {
    const rows = this.entries.map((one) => entry(this.words, one));
    this.list.replaceChildren(...(rows.length ? rows : [el('li', { class: 'muted' }, this.words.noFindings)]));
  }
}
