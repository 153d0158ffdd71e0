// The widget's frame: who the agent is, which conversation, and the parts put together.

import { el } from '/console/assets/dom.js';
import { Refused, call, keep } from './api.js';
import { Composer } from './composer.js';
import { Findings } from './findings.js';
import { Surroundings } from './genesys.js';
import { wordsFor } from './words.js';

const at = (id) => document.getElementById(id);
const parameters = new URLSearchParams(location.search);
const conversation = parameters.get('conversationid') ?? parameters.get('conversation') ?? '';
const words = await wordsFor(parameters.get('language') ?? navigator.language);
const surroundings = new Surroundings(at('toasts'));

function say() {
  document.documentElement.lang = words.language;
  document.title = `${words.heading} · Cordon`;
  at('heading').textContent = words.heading;
  at('sent-title').textContent = words.sentTitle;
  at('draft-label').textContent = words.label;
  at('keys').textContent = words.keys;
  at('findings-title').textContent = words.findingsTitle;
  at('sent').replaceChildren(el('li', { class: 'quiet' }, words.nothingSent));
}

/** A window of our own, in which cookies are ours, signs in and hands its session to the frame that opened it. */
async function handOver() {
  const { token } = await call('POST', '/signin/token', {});
  window.opener.postMessage({ type: 'cordon:session', token }, location.origin);
  window.close();
}

function showDoor(reason) {
  const open = () => window.open(`/signin?to=${encodeURIComponent('/widget')}`, 'cordon-signin', 'width=480,height=640');
  at('door').replaceChildren(
    el('p', {}, reason ?? words.signInLead),
    reason ? '' : el('button', { class: 'button primary', type: 'button', onclick: open }, words.signIn));
  at('door').hidden = false;
}

function showSent(text, decision) {
  const how = words.how[decision];
  at('sent').querySelector('.quiet')?.remove();
  at('sent').append(el('li', {}, text, how ? el('span', { class: 'how' }, how) : null));
  at('sent').scrollTop = at('sent').scrollHeight;
}

async function open() {
  const setting = await call('GET', '/widget/api/setting');
  at('door').hidden = true;
  at('desk').hidden = false;
  at('send').textContent = setting.sends_by === 'propose' ? words.propose : words.send;
  await surroundings.connect(parameters, { hasSdk: setting.has_sdk });
  const composer = new Composer({
    form: at('composer'), draft: at('draft'), advice: at('advice'), dialog: at('notice'), words, conversation, surroundings,
    channel: parameters.get('channel') ?? 'open', agentId: setting.agent_id, onSent: showSent });
  surroundings.hears = (said) => {
    if (said.type === 'cordon:draft' && typeof said.text === 'string') composer.fill(said.text);
    if (said.type === 'cordon:genesysToken' && typeof said.token === 'string') composer.genesysToken = said.token;
  };
  await new Findings(at('findings'), words, conversation).open((alert) => surroundings.toast(alert.severity === 'CRITICAL' ? 'error' : 'info', alert.message, alert.alert_id));
  surroundings.tell('ready');
}

async function start() {
  say();
  if (window.opener && window.opener !== window && !conversation) return handOver();
  if (!conversation) return showDoor(words.noConversation);
  const link = new URLSearchParams(location.hash.slice(1)).get('link');
  if (link) {
    history.replaceState(null, '', location.pathname + location.search); // the secret leaves the address bar
    const { token } = await call('POST', '/signin/link', { secret: link, kind: 'token' });
    keep(token);
  }
  return open();
}

addEventListener('message', (event) => {
  if (event.origin === location.origin && event.data?.type === 'cordon:session') {
    keep(event.data.token);
    open();
  }
});

start().catch((error) => {
  if (error instanceof Refused && error.status === 401) keep('');
  showDoor(error instanceof Refused && error.status !== 401 ? error.message : null);
});
