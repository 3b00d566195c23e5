const MAX_LENGTH = 2000;

/** The only hosts that the interface has links to. */
const HOSTS: ReadonlySet<string> = new Set(['huggingface.co', 'github.com', 'onnxruntime.ai']);

/** The URL to hand to the system's browser, or null: this link does not leave. Pure. */
export function leavingUrl(link: unknown): URL | null {
  if (typeof link !== 'string' || link.length > MAX_LENGTH || /[^\x21-\x7e]/.test(link)) return null;
  if (!/^https:\/\/[a-z0-9.-]+(\/|$)/.test(link)) return null;
  const url = parsed(link);
  if (!url) return null;
  const plain = url.username === '' && url.password === '' && url.port === '';
  return plain && url.protocol === 'https:' && HOSTS.has(url.hostname) ? url : null;
}

/** Old runtimes have no URL.parse. */
function parsed(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}
