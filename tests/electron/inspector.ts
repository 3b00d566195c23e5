/** Evaluates expressions in the shell's main process, for what a page can't see or do. */
export interface MainProcess {
  /** The value of an expression, as JSON; `electron` is the module. */
  evaluate<T>(expression: string): Promise<T>;
  close(): void;
}

interface Answer {
  readonly id: number;
  readonly result?: {
    readonly result: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
}

export async function inspectMain(url: string): Promise<MainProcess> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let last = 0;
  return {
    async evaluate<T>(expression: string): Promise<T> {
      last += 1;
      const id = last;
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      const params = {
        expression: `(async (electron) => (${expression}))(require('electron'))`,
        includeCommandLineAPI: true,
        awaitPromise: true,
        returnByValue: true,
      };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
      const { result } = await answered;
      const failure = result?.exceptionDetails?.exception?.description;
      if (failure !== undefined) throw new Error(failure);
      return result?.result.value as T;
    },
    close: () => socket.close(),
  };
}
