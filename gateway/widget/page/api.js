// Questions to the gateway, as the agent. The session's token lives in this page's memory, and in this tab's storage for
// a reload: a frame of another site gets no cookies.

const KEPT_AS = 'cordon.widget.token';
let token = sessionStorage.getItem(KEPT_AS) ?? '';

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? 'That did not work.');
    this.status = status;
    this.problem = problem;
  }
}

export function keep(fresh) {
  token = fresh;
  if (fresh) sessionStorage.setItem(KEPT_AS, fresh);
  else sessionStorage.removeItem(KEPT_AS);
}

const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});

export async function call(method, path, body, signal) {
  const headers = { ...authorization(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  const answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer.status === 204 ? null : answer.json();
}

/** Server-sent events by fetch, because EventSource cannot carry a token. Resumes where it was; ends with the signal. */
export async function listen(path, onEvent, signal) {
  let last = '';
  while (!signal.aborted) {
    try {
      const answer = await fetch(path, { headers: { ...authorization(), ...(last ? { 'Last-Event-ID': last } : {}) }, signal });
      if (answer.status === 401 || answer.status === 403) return;
      if (answer.ok) await read(answer.body, (event) => {
        last = event.id || last;
        onEvent(event);
      });
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function read(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest = (rest + value).replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { event: 'message', data: '', id: '' };
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
      }
      if (event.data) onEvent(event);
    }
  }
}
