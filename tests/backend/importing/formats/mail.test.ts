import { expect, test } from 'vitest';
import { fileWith, formatIn, found } from './support.ts';

const HEADERS = `From: =?UTF-8?Q?J=C3=B6rg?= <joerg@example.org>
To: Shop <shop@example.org>, other@example.org
Date: Fri, 03 Jan 2025 10:00:00 +0100
Message-ID: <1@example.org>
Subject: Late
MIME-Version: 1.0
`;
const PLAIN = `${HEADERS}Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

It came sp=E4t.

>From me.
`;
const PARTS = `${HEADERS.replace('<1@', '<2@')}Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<p>It was <b>wet</b>.</p>
--x
Content-Type: application/pdf; name="bill.pdf"
Content-Disposition: attachment; filename="bill.pdf"
Content-Transfer-Encoding: base64

JVBERi0=
--x--
`;
const META = {
  from: 'Jörg <joerg@example.org>',
  to: 'Shop <shop@example.org>, other@example.org',
  date: '2025-01-03T09:00:00.000Z',
  subject: 'Late',
};
const ONE = { id: '1@example.org', text: 'Late\n\nIt came spät.\n\n>From me.', meta: META };
const TWO = { id: '2@example.org', text: 'Late\n\nIt was wet.', meta: { ...META, attachments: 'bill.pdf' } };

test('subject and body are the text, headers metadata; attachments are named', async () => {
  for (const name of ['a.eml', 'mail']) {
    const path = fileWith(name, PLAIN);
    expect(await formatIn(path)).toBe('eml');
    expect(await found(path)).toEqual({ documents: [ONE], told: [] });
  }
  expect((await found(fileWith('b.eml', PARTS.replaceAll('\n', '\r\n')))).documents).toEqual([TWO]);
});

test('a mailbox has many messages; one without words is told', async () => {
  const from = 'From joerg@example.org Fri Jan  3 10:00:00 2025\n';
  const empty = 'Message-ID: <3@example.org>\n\n\n';
  const path = fileWith('inbox', `${from}${PLAIN}\n${from}${PARTS}\n${from}${empty}`);
  expect(await formatIn(path)).toBe('mbox');
  const { documents, told } = await found(path);
  expect(documents).toEqual([{ ...ONE, text: 'Late\n\nIt came spät.\n\nFrom me.' }, TWO]);
  expect(told).toEqual(['inbox: The message has neither subject nor text.']);
});

test('a message is split by paragraph, with its headers', async () => {
  expect((await found(fileWith('a.eml', PLAIN), { split: 'paragraph' })).documents[1]).toEqual({
    id: '1@example.org#2',
    text: '>From me.',
    meta: { ...META, file: 'a.eml', heading: 'Late', part: 2 },
  });
});

test("a sentence that begins as a mailbox's messages do is no message", async () => {
  const text = `From a@x.org Mon Mar  2 10:00:00 2026
Subject: one

First.

From now on I write plainly.

From - Tue Mar 03 12:00:00 2026
Subject: two

Second.
`;
  const { documents } = await found(fileWith('a.mbox', text));
  expect(documents.map((document) => document.text)).toEqual([
    'one\n\nFirst.\n\nFrom now on I write plainly.',
    'two\n\nSecond.',
  ]);
});

test('bytes that no charset is said for are read as the likeliest, and that is told', async () => {
  const open = 'From: a@x.org\nSubject: Gr\xf6\xdfe\n\nDie Lieferung kam zu sp\xe4t, sie war gr\xf6\xdfer.\n';
  const { documents, told } = await found(fileWith('a.eml', Buffer.from(open, 'latin1')));
  expect(documents.map(({ text }) => text)).toEqual([
    'Größe\n\nDie Lieferung kam zu spät, sie war größer.\n'.trim(),
  ]);
  expect(told).toEqual([expect.stringContaining('It is not UTF-8 and was read as windows-1252')]);
  const header =
    'From: a@x.org\nSubject: Gr\xf6\xdfe f\xfcr J\xf6rg\nMIME-Version: 1.0\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit\n\n\xe4\xc1\n';
  expect(
    (await found(fileWith('b.eml', Buffer.from(header, 'latin1')))).documents.map(({ text }) => text),
  ).toEqual(['Größe für Jörg\n\nДа']);
});

test('a page that was saved in one file is its text', async () => {
  const page =
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html; charset=utf-8\n\n<p>It came <b>late</b>.</p>\n--B\nContent-Type: image/png\nContent-Location: a.png\n\nx\n--B--\n';
  for (const name of ['a.mhtml', 'a.mht'])
    expect((await found(fileWith(name, page))).documents).toMatchObject([{ text: 'It came late.' }]);
});
