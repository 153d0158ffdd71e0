// One violation, from the message to its last receiver. Opening it is on record.

import { get } from './api.js';
import { badge, el, panel, table } from './dom.js';
import { action, direction, moment, preview, words } from './format.js';

export const title = 'Violation';
export const filters = [];

const facts = (pairs) => el('dl', { class: 'facts' }, pairs.filter(([, value]) => value).map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
const step = (heading, lines, state = 'done') => el('li', { data: { state } }, el('h3', {}, heading), lines.filter(Boolean).map((words_) => el('p', { class: 'muted' }, words_)));

function found(violation) {
  return violation.matches.map((match) => {
    const where = match.part === 'text' ? 'in the text' : `in ${match.part}`;
    const split = match.event_ids.length ? `, together with ${match.event_ids.length} earlier message(s)` : '';
    return `${preview(match.masked_preview)} ${where}, characters ${match.start} to ${match.end}, sure to ${Math.round(match.score * 100)} %${split}`;
  });
}

function receivers(settled) {
  if (settled === null) return step('Reported', ['Kafka does not say now how far the receivers are.'], 'waits');
  if (!settled.length) return step('Reported', ['No SIEM is connected; the record stands on dlp.violations.'], 'waits');
  const lines = settled.map(({ group, done }) => `${group}: ${done ? 'has it, acknowledged' : 'waits for it'}`);
  return step('Reported', lines, settled.every(({ done }) => done) ? 'done' : 'waits');
}

export async function draw(state, id) {
  const { violation, beside, alerts, receipts, audit, queue_id: queue, settled } = await get(`/console/api/violations/${encodeURIComponent(id)}`);
  const who = violation.direction === 'INBOUND' ? 'The customer wrote' : 'The agent wrote';
  const steps = el('ol', { class: 'steps' },
    step(who, [`${moment(violation.occurred_ms)}, by ${violation.channel}`]),
    step(`${violation.rule} found ${violation.match_count === 1 ? 'a value' : `${violation.match_count} values`}`, [
      `${moment(violation.detected_ms)}, ${violation.stage} stage, policy ${violation.policy_version}`, ...found(violation)]),
    step(`The value was ${action(violation.action)}`, []),
    step(alerts.length ? 'People were told' : 'Nobody was told', alerts.map((alert) => `${alert.audience}: ${alert.message}`), alerts.length ? 'done' : 'waits'),
    ...(receipts.length
      ? receipts.map((receipt) => step(`Message ${receipt.status}`, [moment(receipt.occurred_ms), receipt.external_id && `known there as ${receipt.external_id}`, receipt.reason_code && `because of ${receipt.reason_code}`], receipt.status === 'failed' ? 'bad' : 'done'))
      : [step('No receipt yet', ['What became of the message is not known yet.'], 'waits')]),
    receivers(settled));
  return [
    el('p', { class: 'back' }, el('a', { href: '#/violations' }, '← All violations')),
    el('div', { class: 'story' },
      panel('What happened', steps, badge(violation.severity)),
      el('div', { class: 'stack' },
        panel('In short', facts([
          ['Rule', violation.rule], ['What', words(violation.entity)], ['Seen as', el('span', { class: 'mono' }, preview(violation.masked_preview))],
          ['Direction', direction(violation.direction)], ['Channel', violation.channel], ['Agent', violation.agent_id], ['Queue', queue],
          ['Conversation', violation.conversation_id], ['Message', violation.event_id], ['Policy', violation.policy_version]])),
        beside.length ? panel('In the same message', table([['Rule', (row) => el('a', { href: `#/violations/${encodeURIComponent(row.violation_id)}` }, row.rule)], ['Severity', (row) => badge(row.severity)], ['Seen as', (row) => preview(row.masked_preview)]], beside, { caption: 'Other violations of this message' })) : null,
        panel('Who has looked at this conversation', audit.length
          ? table([['When', (row) => moment(row.occurred_ms)], ['Who', (row) => row.actor], ['What', (row) => row.action]], audit.slice(0, 12), { caption: 'Audit records of this conversation' })
          : el('p', { class: 'muted small' }, 'Your look is being recorded.')))),
  ];
}
