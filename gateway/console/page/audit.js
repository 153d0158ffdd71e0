// Who did what; and the report for those who have to show it.

import { address, get } from './api.js';
import { el, empty, panel, table } from './dom.js';
import { moment } from './format.js';

export const title = 'Audit and evidence';
export const filters = ['period'];
export const role = 'compliance';

export async function draw(state) {
  const asked = state.asked();
  const { records } = await get('/console/api/audit', asked);
  const outcome = (row) => el('span', { class: 'badge', data: row.outcome === 'allowed' ? { kind: 'good' } : { severity: 'critical' } }, row.outcome);
  const period = { since: asked.since, until: asked.until };
  return el('div', { class: 'stack' },
    panel('Evidence report', el('div', { class: 'row between' },
      el('p', { class: 'grow' }, 'A signed PDF for this period: policy history, coverage by channel, reveals, retention and erasures, beside the controls of PCI DSS, LGPD, GDPR and HIPAA that they support. It certifies nothing.'),
      el('a', { class: 'button primary', href: address('/console/api/evidence.pdf', period), download: 'evidence.pdf' }, 'Download the report'))),
    el('section', { class: 'panel flush' }, records.length
      ? table([
        ['When', (row) => moment(row.occurred_ms), 'tight'], ['Who', (row) => row.actor], ['What', (row) => row.action], ['Outcome', outcome, 'tight'],
        ['On', (row) => row.subject], ['Conversation', (row) => row.conversation_id ?? '–'], ['Reason', (row) => row.reason ?? '–']], records, { caption: 'Audit records, the newest first' })
      : empty('No record in this period.')));
}
