import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { BadTemplateError } from '../../documents/document-errors.js';
import type { DocumentModel } from '../model/document-model.js';
import type { Template } from '../templates/template-catalog.js';

/** Compilations after which what Typst remembers of older ones is let go. */
const EVICT_EVERY = 50;
const EVICT_AGE = 10;
/** Nothing of the clock goes into the file; it is tagged for screen readers by default. */
const PDF_OPTIONS = { creationTimestamp: 0 } as const;

export interface Pages {
  readonly pdf: Buffer;
  /** All pages below each other, every character as an outline. */
  readonly svg: string;
  readonly count: number;
}

interface Diagnostic {
  readonly message?: string;
  readonly hints?: readonly string[];
  readonly path?: string;
  readonly range?: { readonly start?: { readonly line?: number; readonly character?: number } } | null;
}

/**
 * Makes pages by Typst, in this process and without the network. What a document says goes in as data and is never
 * parsed as markup; a template reads files of its own folder only.
 */
export class TypstCompiler {
  private readonly compilers = new Map<string, NodeCompiler>();
  private compiled = 0;

  constructor(private readonly fontFolder?: string) {}

  /** Makes the PDF and a drawing of its pages. Throws BadTemplateError with what Typst says. */
  pages(template: Template, model: DocumentModel): Pages {
    const compiler = this.compilerFor(template.root);
    const made = compiler.compile({
      mainFilePath: template.file,
      inputs: { data: JSON.stringify(model) },
      resetRead: true,
    });
    if (made.result === null) {
      const error = made.takeError() ?? made.takeDiagnostics();
      const problems =
        error === null ? [] : (compiler.fetchDiagnostics(error) as Diagnostic[]).map(sentenceOf);
      throw new BadTemplateError(template.name, problems.length > 0 ? problems : ['Typst does not say why']);
    }
    const pages = {
      pdf: compiler.pdf(made.result, PDF_OPTIONS),
      svg: compiler.plainSvg(made.result),
      count: made.result.numOfPages,
    };
    this.compiled += 1;
    if (this.compiled % EVICT_EVERY === 0) compiler.evictCache(EVICT_AGE);
    return pages;
  }

  /** Draws what a source makes of data, without a folder to read from. */
  svgOf(source: string, data: unknown): string {
    const compiler = this.compilerFor('');
    const { result } = compiler.compile({ mainFileContent: source, inputs: { data: JSON.stringify(data) } });
    if (result === null) throw new BadTemplateError('that tries the fonts', []);
    return compiler.plainSvg(result);
  }

  private compilerFor(root: string): NodeCompiler {
    const known = this.compilers.get(root);
    if (known) return known;
    const fonts = this.fontFolder === undefined ? {} : { fontArgs: [{ fontPaths: [this.fontFolder] }] };
    const made = NodeCompiler.create({ ...(root === '' ? {} : { workspace: root }), ...fonts });
    this.compilers.set(root, made);
    return made;
  }
}

function sentenceOf({ message = 'cannot be compiled', hints = [], path, range }: Diagnostic): string {
  const file = path?.split(/[\\/]/).at(-1);
  const line = range?.start?.line;
  const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `, line ${line + 1}`})`;
  return [`${message}${place}`, ...hints].join('; ');
}
