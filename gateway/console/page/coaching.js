// Whether telling people helps.

import { get } from './api.js';
import { bars, line } from './charts.js';
import { el, empty, panel, table } from './dom.js';
import { percent, whole } from './format.js';

export const title = 'Coaching';

const DECISIONS = { clean: 'nothing found, sent', redacted: 'sent redacted', edited: 'edited', cancelled: 'cancelled', tokenized: 'swapped for a token', captured: 'sent the secure form', override: 'sent all the same', proposed: 'proposed to Genesys' };

export async function draw(state) {
  const found = await get('/console/api/coaching', state.asked());
  const days = found.days.map((day) => ({ start_ms: day.start_ms, value: day.messages ? (1000 * day.violations) / day.messages : 0 }));
  const atNotices = found.decisions.filter((one) => one.decision !== 'clean').map((one) => ({ name: one.decision, count: one.count }));
  return [
    el('div', { class: 'split' },
      panel('Agents’ violations for every 1,000 messages they sent', days.some((day) => day.value) ? line(days, { label: 'Agents’ violations for every 1,000 messages, by day', unit: 'for every 1,000' }) : empty('No agent’s violation in this period.')),
      panel('What agents did at a notice', atNotices.length ? bars(atNotices, { label: (name) => DECISIONS[name] ?? name }) : empty('No notice in this period.'))),
    el('section', { class: 'panel flush' },
      el('div', { class: 'panel-head' }, el('h2', { class: 'panel-title' }, 'Repeat rate by team')),
      found.teams.length
        ? table([
          ['Team', (row) => row.team ?? 'no queue known'],
          ['Agents', (row) => whole(row.agents), 'number'],
          ['Coached on a rule', (row) => whole(row.coached), 'number'],
          ['Did it again', (row) => whole(row.repeated), 'number'],
          ['Repeat rate', (row) => percent(row.repeated, row.coached), 'number'],
          ['Violations', (row) => whole(row.violations), 'number']], found.teams, { caption: 'Repeat rate by team' })
        : empty('No agent’s violation in this period.')),
    el('p', { class: 'small muted foot' }, 'A team is a queue. An agent is coached on a rule by the notice at its first violation in the period; it is repeated when another message of theirs breaks the same rule.'),
  ];
}
