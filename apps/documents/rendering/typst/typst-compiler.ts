import { BadTemplateError } from '../../documents/document-errors.js';
import type { DocumentModel } from '../model/document-model.js';
import type { Template } from '../templates/template-catalog.js';
import type { Diagnostic, Question, SetPages } from './question.js';
import { TypstProcess } from './typst-process.js';

export interface Pages {
  readonly pdf: Buffer;
  readonly count: number;
}

/** Pages with what they look like. */
export interface DrawnPages extends Pages {
  /** All pages below each other, every character as an outline. */
  readonly svg: string;
}

/**
 * Makes pages by Typst, in a process beside this one and without the network. What a document says goes in as data and
 * is never parsed as markup; a template reads files of its own folder only.
 */
export class TypstCompiler {
  private readonly process: TypstProcess;

  constructor(fontFolder?: string) {
    this.process = new TypstProcess({ fontFolder });
  }

  /** Throws BadTemplateError with what Typst says, or where it takes too long. */
  async pages(template: Template, model: DocumentModel): Promise<Pages> {
    const { pdf, count } = await this.set(template.name, questionOf(template, model, ['pdf']));
    return { pdf: bytesOf(pdf), count };
  }

  /** The same with a drawing, which takes longer than all the rest. */
  async drawnPages(template: Template, model: DocumentModel): Promise<DrawnPages> {
    const question = questionOf(template, model, ['pdf', 'svg']);
    const { pdf, count, svg = '' } = await this.set(template.name, question);
    return { pdf: bytesOf(pdf), count, svg };
  }

  /** Draws what a source makes of data, without a folder to read from. */
  async svgOf(text: string, data: unknown): Promise<string> {
    const source = { mainFileContent: text, inputs: { data: JSON.stringify(data) } };
    const { svg = '' } = await this.set('that tries the fonts', { root: '', source, wants: ['svg'] });
    return svg;
  }

  close(): Promise<void> {
    return this.process.close();
  }

  private async set(name: string, question: Question): Promise<SetPages> {
    const answer = await this.process.ask(question);
    if ('pages' in answer) return answer.pages;
    const problems = answer.problems.map(sentenceOf);
    throw new BadTemplateError(name, problems.length > 0 ? problems : ['Typst does not say why']);
  }
}

function questionOf({ root, file }: Template, model: DocumentModel, wants: Question['wants']): Question {
  const source = { mainFilePath: file, inputs: { data: JSON.stringify(model) }, resetRead: true };
  return { root, source, wants };
}

const bytesOf = (bytes: Uint8Array = new Uint8Array()): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function sentenceOf({ message = 'cannot be compiled', hints = [], path, range }: Diagnostic): string {
  const file = path?.split(/[\\/]/).at(-1);
  const line = range?.start?.line;
  const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `, line ${line + 1}`})`;
  return [`${message}${place}`, ...hints].join('; ');
}
