/**
 * Functions that run in the page. Each waits for the person's next act and resolves with the milliseconds from that
 * event (its own time stamp) to the frame after what it brings about is in the document. They use nothing from outside.
 */

/** A click → the first document to annotate is there. */
export function armOpening(): Promise<number> {
  return new Promise((resolve) => {
    addEventListener(
      'click',
      ({ timeStamp }) => {
        const look = () => {
          if (document.querySelector('article .block')) {
            seen.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - timeStamp));
          }
        };
        const seen = new MutationObserver(look);
        seen.observe(document.body, { childList: true, subtree: true });
      },
      { once: true, capture: true },
    );
  });
}

/** A key → what it decided is on disk, and the page says so. */
export function armSaved(): Promise<number> {
  return new Promise((resolve) => {
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        const mark = document.querySelector<HTMLElement>('[data-saving]');
        if (!mark) throw new Error('The page does not say whether it saved.');
        let saving = false;
        const seen = new MutationObserver(() => {
          if (mark.dataset.saving === 'saving') saving = true;
          if (!saving || mark.dataset.saving !== 'saved') return;
          seen.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - timeStamp));
        });
        seen.observe(mark, { attributes: true });
      },
      { once: true, capture: true },
    );
  });
}

/** A key → another document is shown. */
export function armNextDocument(): Promise<number> {
  return new Promise((resolve) => {
    const article = document.querySelector('article');
    if (!article) throw new Error('No document is shown.');
    const before = article.textContent;
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        // Where none was ready the article goes for a moment, and comes back as another element.
        const seen = new MutationObserver(() => {
          const now = document.querySelector('article')?.textContent;
          if (now === undefined || now === before) return;
          seen.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - timeStamp));
        });
        seen.observe(document.body, { childList: true, subtree: true, characterData: true });
      },
      { once: true, capture: true },
    );
  });
}

/** A letter in the search field → the table shows what it finds. */
export function armSearch(): Promise<number> {
  return new Promise((resolve) => {
    const field = document.querySelector('input[type=search]');
    if (!field) throw new Error('There is no search field.');
    field.addEventListener(
      'input',
      ({ timeStamp }) => {
        // The field asks at once; the table is busy from then on, until it shows the answer.
        const look = () => {
          if (document.querySelector('[role=grid][aria-busy=true]')) requestAnimationFrame(look);
          else resolve(performance.now() - timeStamp);
        };
        requestAnimationFrame(look);
      },
      { once: true },
    );
  });
}

/** Enter → the bars of the next document have what that decision taught: they moved, and then stood still. */
export function armFollowed(): Promise<number> {
  const still = 500;
  return new Promise((resolve) => {
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        let shown: string | null | undefined;
        let moved = 0;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const bars = () =>
          [...document.querySelectorAll<HTMLElement>('.filled')].map((bar) => bar.style.transform).join();
        const before = document.querySelector('article')?.textContent;
        const look = () => {
          const text = document.querySelector('article')?.textContent;
          if (text === undefined || text === before) return;
          const now = bars();
          if (now === shown) return;
          // The first bars of the document are those that it came with.
          if (shown !== undefined) {
            moved = performance.now() - timeStamp;
            clearTimeout(timer);
            timer = setTimeout(() => {
              seen.disconnect();
              resolve(moved);
            }, still);
          }
          shown = now;
        };
        const seen = new MutationObserver(() => requestAnimationFrame(look));
        seen.observe(document.body, {
          childList: true,
          subtree: true,
          attributes: true,
          characterData: true,
        });
      },
      { once: true, capture: true },
    );
  });
}
