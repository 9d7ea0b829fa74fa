import { createHash } from 'node:crypto';
import type { OnModuleDestroy } from '@nestjs/common';
import type { DocumentFormat, TemplateDto } from '#libs/contracts';
import type { DocumentKind } from '#libs/contracts';
import type { FieldError } from '#libs/run-log';
import {
  BadTemplateError,
  BareProfileError,
  ChangedTemplateError,
  NoGlyphsError,
  someOf,
  UnknownTemplateError,
  UnsourcedClaimError,
} from '../documents/document-errors.js';
import type { DocumentsSettings } from '../settings/documents-settings.js';
import { toDocx } from './formats/docx.js';
import { toHtml } from './formats/html.js';
import { toMarkdown } from './formats/markdown.js';
import { claimsOf, unsourcedClaims, type ClaimGround } from './model/claims.js';
import { type DocumentModel, linesOf, type Part } from './model/document-model.js';
import { toPng } from './preview/preview.js';
import { TemplateCatalog } from './templates/template-catalog.js';
import { GlyphCheck } from './typst/glyph-check.js';
import { TypstCompiler } from './typst/typst-compiler.js';

/** How often pages are set whose template is changed meanwhile. */
const MOST_TRIES = 3;

export const MEDIA_TYPES: Readonly<Record<DocumentFormat, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  png: 'image/png',
};

export interface Rendered {
  readonly pdf: Buffer;
  readonly sha256: string;
  readonly pages: number;
  readonly templateSha256: string;
}

/** A document whose PDF is made. */
export interface Drawn {
  readonly model: DocumentModel;
  readonly template: string;
  /** Of the PDF. */
  readonly sha256: string;
}

/** Makes files of document models, the pages in a process of its own. Touches no network and no file but templates and fonts. */
export class Renderer implements OnModuleDestroy {
  private readonly templates: TemplateCatalog;
  private readonly typst: TypstCompiler;
  private readonly glyphs: GlyphCheck;

  constructor({ templates, fonts }: DocumentsSettings = {}) {
    this.templates = new TemplateCatalog(templates);
    this.typst = new TypstCompiler(fonts);
    this.glyphs = new GlyphCheck(this.typst);
  }

  async onModuleDestroy(): Promise<void> {
    await this.typst.close();
  }

  listTemplates(kind?: DocumentKind): TemplateDto[] {
    return this.templates.list(kind);
  }

  /**
   * Makes the PDF, after making sure that every claim has its source and every character a glyph. Throws
   * UnknownTemplateError, BadTemplateError, BareProfileError, UnsourcedClaimError and NoGlyphsError.
   */
  async render(model: DocumentModel, templateName: string, ground: ClaimGround): Promise<Rendered> {
    this.templates.get(model.kind, templateName);
    const unsourced = unsourcedClaims(model, ground);
    if (unsourced.length > 0) throw new UnsourcedClaimError(model.kind, unsourced);
    refuseBare(model);
    const missing = await this.glyphs.missing([...linesOf(model)].map(([, { text }]) => text));
    if (missing.length > 0) throw new NoGlyphsError(missing, placesOf(missing, model));
    const { pages, template } = await this.setBy(model, templateName);
    const { pdf, count } = pages;
    return { pdf, sha256: sha256Of(pdf), pages: count, templateSha256: template.sha256 };
  }

  /** Typst reads the template's file itself: where that was changed meanwhile, it is asked again. */
  private async setBy(model: DocumentModel, name: string) {
    for (let tries = 1; ; tries++) {
      const template = this.templates.get(model.kind, name);
      const pages = await this.typst.pages(template, model);
      if (this.templates.get(model.kind, name).sha256 === template.sha256) return { pages, template };
      if (tries === MOST_TRIES)
        throw new BadTemplateError(name, ['it is changed again and again while it is used']);
    }
  }

  /** Makes a file beside the PDF. Throws ChangedTemplateError for a picture of pages that cannot be set again. */
  async file(format: Exclude<DocumentFormat, 'pdf'>, drawn: Drawn): Promise<Buffer> {
    const { model } = drawn;
    switch (format) {
      case 'docx':
        return toDocx(model);
      case 'html':
        return Buffer.from(toHtml(model));
      case 'md':
        return Buffer.from(toMarkdown(model));
      case 'png':
        return this.picture(drawn);
    }
  }

  /** Sets the pages again, and shows them only where they are the ones of the PDF. */
  private async picture({ model, template: name, sha256 }: Drawn): Promise<Buffer> {
    const { pdf, count, svg } = await this.drawAgain(model, name);
    if (sha256Of(pdf) !== sha256) throw new ChangedTemplateError(name);
    return toPng(svg, count);
  }

  /** Who asks for a picture has named no template: what is wrong with it now is a change since then. */
  private async drawAgain(model: DocumentModel, name: string) {
    try {
      return await this.typst.drawnPages(this.templates.get(model.kind, name), model);
    } catch (error) {
      if (error instanceof UnknownTemplateError)
        throw new ChangedTemplateError(name, `the template ${name} that it was written with is gone`, {
          cause: error,
        });
      if (error instanceof BadTemplateError)
        throw new ChangedTemplateError(name, undefined, { cause: error });
      throw error;
    }
  }
}

function sha256Of(file: Buffer): string {
  return createHash('sha256').update(file).digest('hex');
}

/** A name alone makes no document. */
function refuseBare(model: DocumentModel): void {
  if (model.name.text === '')
    throw new BareProfileError(model.kind, [{ field: 'resume.basics.name', message: 'is missing' }]);
  const head = new Set([model.name, model.label, ...model.contacts].map((line) => line?.text));
  if (claimsOf(model).some(({ text }) => !head.has(text))) return;
  const message = 'says nothing of the person yet: expected work, education, skills or a summary';
  throw new BareProfileError(model.kind, [{ field: 'resume', message }]);
}

/** Tells from which fields of résumé and posting characters come. */
function placesOf(characters: readonly string[], model: DocumentModel): FieldError[] {
  const found = new Map<string, FieldError>();
  for (const [, { parts }] of linesOf(model))
    for (const part of parts) {
      const held = characters.filter((character) => part.text.includes(character));
      const field = fieldOf(part);
      if (held.length === 0 || found.has(field)) continue;
      const message = `holds ${someOf(held)}, which no font at hand shows`;
      found.set(field, { field, value: part.text, message });
    }
  return [...found.values()];
}

function fieldOf(part: Part): string {
  if (part.from === 'profile') return `resume.${part.path}`;
  if (part.from === 'job') return `job.${part.field}`;
  return part.from === 'person' ? 'paragraphs' : part.from;
}
