import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { StoredPages } from '../hunt/stored-documents.js';
import { answerParent } from './answer-parent.js';

const templates = fileURLToPath(new URL('../../apps/documents/rendering/templates/', import.meta.url));
const compiler = NodeCompiler.create({ workspace: templates });

function typeset({ kind, template, model }: StoredPages): Buffer {
  const mainFilePath = path.join(templates, kind, `${template}.typ`);
  const { result } = compiler.compile({ mainFilePath, inputs: { data: model } });
  if (result === null) throw new Error(`${mainFilePath} cannot be compiled`);
  return compiler.pdf(result, { creationTimestamp: 0 });
}

answerParent(
  {
    typeset: async (pages: readonly StoredPages[]) => {
      const begun = performance.now();
      const pdfs = pages.map(typeset);
      const ms = performance.now() - begun;
      const others = pdfs.filter(
        (pdf, at) => createHash('sha256').update(pdf).digest('hex') !== pages[at]?.sha256,
      );
      if (others.length > 0) throw new Error(`${others.length} of ${pdfs.length} PDFs are not as stored`);
      return ms;
    },
  },
  async () => undefined,
);
