// What is in force, rule by rule, and every version that judged something.

import { get } from './api.js';
import { badge, el, panel, table } from './dom.js';
import { action, moment, whole, words } from './format.js';

export const title = 'Policies';
export const filters = [];

export async function draw() {
  const found = await get('/console/api/policies');
  const rules = (wanted) => table([
    ['Rule', (row) => el('strong', {}, row.name)],
    ['Severity', (row) => badge(row.severity), 'tight'],
    ['Finds', (row) => row.description || words(row.entity)],
    ['Pack', (row) => row.pack],
    ['Value is', (row) => action(row.action)],
    ['Message', (row) => row.blocks ? 'waits for it' : 'is not delayed', 'tight'],
    ['May be overridden by', (row) => row.override_by ? `${row.override_by} and above` : 'nobody'],
  ], found.rules.filter((rule) => `${rule.name} ${rule.entity} ${rule.pack} ${rule.description}`.toLowerCase().includes(wanted)), { caption: 'Rules in force' });
  const list = el('div', {}, rules(''));
  const search = el('input', { class: 'input', id: 'rule-search', type: 'search', placeholder: 'Name, pack or what it finds', oninput: (event) => list.replaceChildren(rules(event.target.value.trim().toLowerCase())) });
  return el('div', { class: 'stack' },
    el('div', { class: 'grid' },
      panel('In force', el('dl', { class: 'facts' }, el('dt', {}, 'Version'), el('dd', { class: 'mono' }, found.version), el('dt', {}, 'Rules'), el('dd', {}, whole(found.rules.length)), el('dt', {}, 'Overrides'), el('dd', {}, whole(found.overrides)))),
      panel('History', table([['Version', (row) => el('span', { class: 'mono' }, row.version)], ['First', (row) => moment(row.first_ms)], ['Last', (row) => moment(row.last_ms)]], found.history.slice(0, 8), { caption: 'Versions' }))),
    el('div', { class: 'field' }, el('label', { for: 'rule-search' }, 'Find a rule'), search),
    el('section', { class: 'panel flush' }, list));
}
