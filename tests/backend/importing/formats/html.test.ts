import { expect, test } from 'vitest';
import { fileWith, formatIn, found, refusal } from './support.ts';

const PAGE = `<!DOCTYPE html><html><head><title>The  shop</title><style>p { color: red }</style></head>
<body><script>alert('no')</script><h1>Reviews</h1>
<p>It came <b>two
weeks</b> late&nbsp;&amp; wet.<br>Never again.</p>
<ul><li>dear</li><li>broken</li></ul>
<table><tr><th>day</th><th>stars</th></tr><tr><td>Monday</td><td>1</td></tr></table>
<div hidden>secret</div><div style="display: none"><p>secret</p></div>
<h2>More</h2><p>An <img src="x" alt="angry face"> end</p><pre>  a
  b</pre></body></html>`;

const TEXT = `Reviews

It came two weeks late & wet.
Never again.

- dear

- broken

day\tstars

Monday\t1

More

An angry face end

  a
  b`;

test('a page is its readable text, whatever it is called', async () => {
  for (const name of ['a.html', 'page']) {
    const path = fileWith(name, PAGE);
    expect(await formatIn(path)).toBe('html');
    expect(await found(path)).toEqual({
      documents: [{ id: name, text: TEXT, meta: { title: 'The shop' } }],
      told: [],
    });
  }
});

test('it is split at headings, each part with what it stands under', async () => {
  const { documents } = await found(fileWith('a.html', PAGE), { split: 'heading' });
  expect(documents.map(({ id, meta }) => [id, meta])).toEqual([
    ['a.html#1', { title: 'The shop', file: 'a.html', heading: 'Reviews', part: 1 }],
    ['a.html#2', { title: 'The shop', file: 'a.html', heading: 'More', part: 2 }],
  ]);
});

test('broken markup is read on; a page without text is told', async () => {
  expect((await found(fileWith('a.html', '<p>one<div>two</p></span><b>three'))).documents[0]?.text).toBe(
    'one\n\ntwo\n\nthree',
  );
  expect((await found(fileWith('a.html', '<script>x</script><p> </p>'))).told).toEqual([
    'a.html: The text is empty.',
  ]);
});

test('rows that hold HTML are rows', async () => {
  expect(await formatIn(fileWith('a.csv', 'id,text\n1,<html>one</html>\n'))).toBe('csv');
});

test('RTF is told as such, not read as lines', async () => {
  expect(await refusal(fileWith('a.rtf', '{\\rtf1\\ansi Hello\\par}\n'))).toBe('"a.rtf" is an RTF document.');
});

test.each([
  ['<meta charset="windows-1251">', 'windows-1251', [0xc4, 0xe0], 'Да'],
  ['<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', 'koi8-r', [0xe4, 0xc1], 'Да'],
  ['<meta charset=Shift_JIS>', 'shift_jis', [0x92, 0x78, 0x82, 0xa2], '遅い'],
])('a page says how it is written: %s', async (meta, _, bytes, text) => {
  const page = [
    Buffer.from(`<html><head>${meta}</head><body><p>`),
    Buffer.from(bytes),
    Buffer.from('</p></body></html>'),
  ];
  expect(await found(fileWith('a.html', Buffer.concat(page)))).toEqual({
    documents: [{ id: 'a.html', text }],
    told: [],
  });
});

test('a page that was saved anew as UTF-8 is so, whatever it says', async () => {
  const page = Buffer.from('<html><head><meta charset="iso-8859-1"></head><body><p>Größe</p></body></html>');
  expect((await found(fileWith('a.html', page))).documents.map(({ text }) => text)).toEqual(['Größe']);
});
