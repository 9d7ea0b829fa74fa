import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What a reader of PDFs finds in one. */
export interface ReadPdf {
  /** In reading order, with single spaces. */
  readonly text: string;
  readonly links: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  readonly tagged: boolean;
  /** How far the text reaches to the right, as a share of the page's width. */
  readonly reach: number;
}

const SCRIPT = `
import { extractLinks, extractText, getDocumentProxy } from 'unpdf';
import { text as all } from 'node:stream/consumers';
const read = [];
for (const pdf of JSON.parse(await all(process.stdin))) {
  const document = await getDocumentProxy(new Uint8Array(Buffer.from(pdf, 'base64')));
  const { text } = await extractText(document, { mergePages: true });
  const { links } = await extractLinks(document);
  const { info } = await document.getMetadata();
  const { Marked: tagged = false } = (await document.getMarkInfo()) ?? {};
  let reach = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { width } = page.getViewport({ scale: 1 });
    for (const item of (await page.getTextContent()).items)
      reach = Math.max(reach, (item.transform[4] + item.width) / width);
  }
  read.push({ reach, text: text.replace(/\\s+/g, ' '), links, info, tagged });
}
process.stdout.write(JSON.stringify(read));
`;

/** Reads PDFs in a process of its own, for the reader is an ES module that loads parts of itself late. */
export async function readPdfs(pdfs: readonly Buffer[]): Promise<ReadPdf[]> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT]);
  child.stdin.end(JSON.stringify(pdfs.map((pdf) => pdf.toString('base64'))));
  const [found, trouble] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (found === '') throw new Error(`the PDFs cannot be read: ${trouble}`);
  return JSON.parse(found) as ReadPdf[];
}
