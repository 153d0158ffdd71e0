// The console's frame: who is here, where one may go, what is asked, and one view at a time.

import { get, post } from './api.js';
import { SEVERITIES } from './format.js';
import { el, failed } from './dom.js';
import { LiveAlerts } from './live.js';
import * as audit from './audit.js';
import * as coaching from './coaching.js';
import * as deadletters from './deadletters.js';
import * as health from './health.js';
import * as overview from './overview.js';
import * as policies from './policies.js';
import * as story from './story.js';
import * as violations from './violations.js';

const RANKS = ['agent', 'supervisor', 'compliance', 'admin'];
const VIEWS = { overview, violations, coaching, deadletters, policies, health, audit };
const HOUR = 3_600_000;
const PERIODS = [['Last hour', HOUR], ['Last 24 hours', 24 * HOUR], ['Last 7 days', 168 * HOUR], ['Last 30 days', 720 * HOUR], ['Last 90 days', 2160 * HOUR]];
const at = (id) => document.getElementById(id);

const state = {
  person: null,
  live: null,
  filters: { period: 24 * HOUR, severity: '', direction: '', rule: '', channel: '', agent: '', queue: '' },
  may: (role) => RANKS.indexOf(state.person.role) >= RANKS.indexOf(role),
  asked() {
    const { period, ...rest } = this.filters;
    const until = Date.now() + 1000;
    return { since: until - period, until, ...rest };
  },
  pick(name, value) {
    this.filters[name] = value;
    show();
  },
  refresh: () => show({ quietly: true }),
};

function drawNav(current) {
  const entries = Object.entries(VIEWS).filter(([, view]) => state.may(view.role ?? 'supervisor'));
  at('nav').replaceChildren(...entries.map(([name, view]) =>
    el('li', {}, el('a', { href: `#/${name}`, 'aria-current': name === current ? 'page' : null }, view.title))));
  const link = at('nav').querySelector('[aria-current]')?.getBoundingClientRect();
  const row = at('nav').parentElement; // on a narrow screen it scrolls sideways
  if (link) row.scrollLeft += link.left - row.getBoundingClientRect().left - (row.clientWidth - link.width) / 2;
}

function choice(name, label, options) {
  const select = el('select', { class: 'input', id: `filter-${name}`, onchange: (event) => state.pick(name, name === 'period' ? Number(event.target.value) : event.target.value) },
    options.map(([words, value]) => el('option', { value, selected: String(state.filters[name]) === String(value) }, words)));
  return el('div', { class: 'field' }, el('label', { for: `filter-${name}` }, label), select);
}

function typed(name, label) {
  const input = el('input', { class: 'input', id: `filter-${name}`, value: state.filters[name], placeholder: 'Any', autocomplete: 'off', onchange: (event) => state.pick(name, event.target.value.trim()) });
  return el('div', { class: 'field' }, el('label', { for: `filter-${name}` }, label), input);
}

/** The filters that the view of the moment asks by: all, where it does not say. */
function drawFilters() {
  const any = ['Any', ''];
  const wanted = current().filters ?? Object.keys(state.filters);
  const isFiltered = wanted.some((name) => name !== 'period' && state.filters[name]);
  const fields = {
    period: () => choice('period', 'Period', PERIODS),
    severity: () => choice('severity', 'Severity', [any, ...SEVERITIES.map((name) => [name.charAt(0) + name.slice(1).toLowerCase(), name])]),
    direction: () => choice('direction', 'Direction', [any, ['From customer', 'INBOUND'], ['From agent', 'OUTBOUND']]),
    rule: () => typed('rule', 'Rule'),
    channel: () => typed('channel', 'Channel'),
    agent: () => typed('agent', 'Agent'),
    queue: () => typed('queue', 'Queue'),
  };
  const focused = document.activeElement?.id;
  at('filters').replaceChildren(...wanted.map((name) => fields[name]()), isFiltered ? el('button', { class: 'button quiet small', type: 'button', onclick: clear }, 'Clear filters') : '');
  at('filters').hidden = !wanted.length;
  if (focused?.startsWith('filter-')) at(focused)?.focus(); // who changes one goes on from there
}

function clear() {
  Object.assign(state.filters, { severity: '', rule: '', channel: '', direction: '', agent: '', queue: '' });
  show();
}

/** The view that the address names. */
function current() {
  const [, name = 'overview', id] = (location.hash || '#/overview').split('/');
  return name === 'violations' && id ? story : VIEWS[name] ?? overview;
}

let turn = 0;

async function show({ quietly = false } = {}) {
  const mine = (turn += 1);
  const [, name = 'overview', id] = (location.hash || '#/overview').split('/');
  const view = current();
  if (!quietly) {
    drawNav(name);
    drawFilters();
    at('title').textContent = view.title;
    document.title = `${view.title} · Cordon`;
    at('view').classList.add('loading');
  }
  try {
    const content = await view.draw(state, id && decodeURIComponent(id));
    if (mine !== turn) return;
    at('view').replaceChildren(...[content].flat());
    at('fresh').textContent = at('filters').hidden ? '' : `as of ${new Date().toLocaleTimeString()}`;
  } catch (error) {
    if (mine === turn && !quietly) at('view').replaceChildren(failed(error.message, () => show()));
  } finally {
    if (mine === turn) at('view').classList.remove('loading');
  }
}

async function start() {
  state.person = await get('/signin/session');
  if (!state.may('supervisor')) {
    at('view').replaceChildren(failed('This page is for supervisors. Your role is agent.'));
    return;
  }
  at('who').textContent = `${state.person.name} · ${state.person.role}`;
  state.live = new LiveAlerts();
  let waiting = null; // many alerts, one refresh
  state.live.addEventListener('alert', () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      if (document.visibilityState === 'visible' && /^(#\/overview)?$/.test(location.hash)) state.refresh();
    }, 1500);
  });
  addEventListener('hashchange', () => {
    show();
    at('content').focus();
  });
  await show();
}

at('filters').addEventListener('submit', (event) => event.preventDefault());
at('out').addEventListener('click', async () => {
  await post('/signin/out', {}).catch(() => {});
  location.replace('/signin');
});
start().catch((error) => at('view').replaceChildren(failed(error.message, () => location.reload())));
