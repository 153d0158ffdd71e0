// Violations one by one. A row opens its story.

import { address, get } from './api.js';
import { badge, el, empty, table } from './dom.js';
import { action, clock, preview, whole } from './format.js';

export const title = 'Violations';

const link = (row) => `#/violations/${encodeURIComponent(row.violation_id)}`;

const COLUMNS = [
  ['Time', (row) => el('a', { href: link(row) }, clock(row.detected_ms)), 'tight'],
  ['Severity', (row) => badge(row.severity), 'tight'],
  ['Rule', (row) => `${row.rule}${row.match_count > 1 ? ` ×${whole(row.match_count)}` : ''}`, 'tight'],
  ['Seen as', (row) => el('span', { class: 'preview' }, preview(row.masked_preview)), 'tight'],
  ['Done', (row) => action(row.action)],
  ['Written by', (row) => (row.direction === 'INBOUND' ? 'customer' : 'agent'), 'tight'],
  ['Channel', (row) => row.channel, 'tight'],
  ['Agent', (row) => row.agent_id ?? '–', 'tight'],
  ['Conversation', (row) => row.conversation_id],
];

export async function draw(state) {
  const asked = state.asked();
  const first = await get('/console/api/violations', asked);
  if (!first.violations.length) return empty('No violation fits. Widen the period or clear a filter.');
  const open = (row) => (location.hash = link(row));
  const list = table(COLUMNS, first.violations, { caption: 'Violations, the newest first', open });
  let after = first.after;
  const told = el('p', { class: 'small error', role: 'alert' });
  const more = el('button', { class: 'button small', type: 'button', hidden: !after, onclick: async () => {
    more.disabled = true;
    told.textContent = '';
    try {
      const next = await get('/console/api/violations', { ...asked, after });
      const rows = table(COLUMNS, next.violations, { open }).querySelectorAll('tbody > tr');
      list.querySelector('tbody').append(...rows);
      rows[0]?.querySelector('a').focus(); // who reads by keyboard goes on where the new ones begin
      after = next.after;
      more.hidden = !after;
    } catch (error) {
      told.textContent = error.message;
    } finally {
      more.disabled = false;
    }
  } }, 'Show older ones');
  const save = state.may('compliance')
    ? el('a', { class: 'button small', href: address('/console/api/violations.csv', asked), download: 'violations.csv' }, 'Export as CSV')
    : null;
  return el('section', { class: 'panel flush' }, list, el('div', { class: 'row between' }, more, told, save));
}
