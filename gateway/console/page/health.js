// Every stage and destination, by what waits for it, as Kafka itself tells.

import { get } from './api.js';
import { el, empty, failed, panel, table } from './dom.js';
import { whole } from './format.js';

export const title = 'Health';
export const filters = [];

const NAMES = { critical: 'Critical stage', medium: 'Review stage', forwarder: 'Delivery', siem: 'SIEM' };

function named(group) {
  const [stage, ...destination] = group.split('-');
  return destination.length ? `${NAMES[stage] ?? stage}: ${destination.join('-')}` : NAMES[stage] ?? group;
}

function verdict({ lag, members }) {
  if (!members) return el('span', { class: 'badge', data: { severity: lag ? 'critical' : 'medium' } }, lag ? 'stopped, work waits' : 'not running');
  if (lag > 1000) return el('span', { class: 'badge', data: { severity: 'high' } }, 'behind');
  return el('span', { class: 'badge', data: { kind: 'good' } }, 'keeps up');
}

export async function draw() {
  const found = await get('/console/api/health');
  if (!found.kafka) return failed('Kafka does not answer: nothing can be said about the stages.');
  const list = found.groups.length
    ? table([
      ['Stage or destination', (row) => el('strong', {}, named(row.group))],
      ['State', verdict, 'tight'],
      ['Waiting', (row) => `${whole(row.lag)} records`, 'number'],
      ['Workers', (row) => whole(row.members), 'number'],
    ], found.groups, { caption: 'Stages and destinations' })
    : empty('No worker has run yet.');
  return el('div', { class: 'stack' }, el('section', { class: 'panel flush' }, list),
    panel('Gateway', el('p', {}, found.alerts_live ? 'Alerts are read live.' : 'Alerts are not being read now; the gateway tries again by itself.')));
}
