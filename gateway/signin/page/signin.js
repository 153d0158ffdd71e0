// Shows the ways in that this gateway has, and uses a one-time link that stands after the #.

const REASONS = {
  away: 'The identity provider does not answer. Please try again in a moment.',
  stale: 'This sign-in took too long or began in another window. Please start again.',
  refused: 'The identity provider did not let you through.',
  'no-role': 'You are known, but you have no role here. Ask an administrator.',
};
const PAGES = ['/console', '/playground', '/widget'];
const at = (id) => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get('to');
const target = PAGES.includes(wanted) ? wanted : '/console';

const post = (path, body) =>
  fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

function complain(words) {
  at('why').textContent = words;
  at('why').hidden = false;
}

async function enter(path, body) {
  at('state').textContent = 'Signing you in …';
  const answer = await post(path, body);
  if (answer.ok) {
    location.replace(target);
    return true;
  }
  return false;
}

async function showWays() {
  const ways = await (await fetch('/signin/ways')).json();
  at('state').textContent = ways.oidc || ways.anybody ? '' : 'Open the one-time link that you were given. They work once.';
  at('state').hidden = at('state').textContent === '';
  at('oidc').href = `/signin/oidc?to=${encodeURIComponent(target)}`;
  at('oidc').hidden = !ways.oidc;
  at('anybody').hidden = !ways.anybody;
  at('link-hint').textContent = ways.oidc || ways.anybody ? 'Or open a one-time link, as cordon console link prints them.' : 'Administrators make one by cordon console link.';
  at('link-hint').hidden = false;
}

async function start() {
  const why = new URLSearchParams(location.search).get('why');
  const secret = location.hash.slice(1);
  if (why) complain(REASONS[why] ?? 'That did not work.');
  if (secret) {
    history.replaceState(null, '', location.pathname + location.search); // the secret leaves the address bar
    if (await enter('/signin/link', { secret })) return;
    complain('This link is not valid, or not any more. Links work once, for ten minutes.');
  }
  await showWays();
}

const failed = () => {
  at('state').textContent = '';
  complain('The gateway does not answer. Please try again.');
};

at('anybody').addEventListener('click', () => enter('/signin/anybody', {}).then((isIn) => isIn || failed(), failed));
start().catch(failed);
