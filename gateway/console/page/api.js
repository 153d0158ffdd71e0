// Questions to the gateway. Whoever is not signed in is sent to the door.

export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function answerOf(request) {
  let answer;
  try {
    answer = await request;
  } catch {
    throw new Refused(0, 'The gateway does not answer.');
  }
  if (answer.status === 401) {
    location.replace(`/signin?to=${encodeURIComponent(location.pathname)}`);
    return new Promise(() => {}); // the page is leaving
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, problem.detail ?? 'That did not work.');
  }
  return answer.status === 204 ? null : answer.json();
}

export function address(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const query = new URLSearchParams(given).toString();
  return query ? `${path}?${query}` : path;
}

export const get = (path, parameters) => answerOf(fetch(address(path, parameters), { headers: { Accept: 'application/json' } }));

export const post = (path, body) =>
  answerOf(fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }));
