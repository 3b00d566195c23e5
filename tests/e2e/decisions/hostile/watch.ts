import type { Page } from 'playwright-core';

/** What goes on inside the page; kept on its window, so that a script of a string can be told from one of ours. */
interface Seen {
  readonly acts: string[];
}

/** Finds whatever a string set off: a script that ran, an element that was made, a request, a dialog, a refusal. */
export interface Watch {
  /** Since the last call. */
  taken(): Promise<string[]>;
}

/** Must be called before the page is loaded. */
export async function watched(page: Page): Promise<Watch> {
  const outside: string[] = [];
  page.on('dialog', (dialog) => {
    outside.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => outside.push(`a window: ${popup.url()}`));
  page.on('pageerror', (error) => outside.push(`an error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') outside.push(`the console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = decodeURIComponent(request.url());
    const own = new URL(page.url()).origin;
    const elsewhere = own !== 'null' && !/^(data|blob):/.test(url) && !url.startsWith(`${own}/`);
    if (elsewhere || /hostile|javascript:/i.test(url)) outside.push(`a request: ${url}`);
  });
  await page.addInitScript(inPage);
  return {
    async taken() {
      const inside = await page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen.acts.splice(0));
      return [...new Set([...outside.splice(0), ...inside])];
    },
  };
}

/** Runs in the page before anything of it. Nothing here may come from outside: it is sent as text. */
function inPage(): void {
  const acts: string[] = [];
  Object.assign(globalThis, {
    seen: { acts },
    hostile: (...given: unknown[]) => acts.push(`a script ran: ${given.join()}`),
  });
  addEventListener('securitypolicyviolation', (event) =>
    acts.push(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
  );
  const MADE =
    'img, iframe, frame, object, embed, base, meta, link, style, audio, video, math, foreignObject';
  const look = (element: Element): void => {
    const own = document.head?.contains(element);
    const attributes = [...element.attributes];
    const acting =
      attributes.some(({ name }) => /^on|^srcdoc$/i.test(name)) ||
      attributes.some(
        ({ name, value }) => /href|src|action/i.test(name) && /^\s*(javascript|vbscript):/i.test(value),
      );
    const made = !own && (element.matches(MADE) || element.matches('script') || isLink(element));
    if (acting || made) acts.push(`an element was made: ${element.outerHTML.slice(0, 200)}`);
  };
  const isLink = (element: Element): boolean =>
    element.localName === 'a' && !/^(#content$|blob:)/.test(element.getAttribute('href') ?? '');
  const lookAt = (node: Node): void => {
    if (!(node instanceof Element)) return;
    look(node);
    for (const inner of node.querySelectorAll('*')) look(inner);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') lookAt(target);
      else for (const node of addedNodes) lookAt(node);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** What of these strings the page does not show: as text, or as what stands in a field. */
export async function notShown(page: Page, strings: readonly string[]): Promise<string[]> {
  return page.evaluate((wanted) => {
    const plain = (text: string) => text.replace(/\s+/g, ' ');
    const shown = [plain(document.body.textContent ?? '')];
    for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea'))
      shown.push(plain(field.value));
    return wanted.filter((text) => !shown.some((part) => part.includes(plain(text).trim())));
  }, strings);
}
