import { Controller } from '@nestjs/common';
import {
  GenerateCv,
  GenerateLetter,
  GetCv,
  GetDocument,
  GetLetter,
  ListDocuments,
  ListTemplates,
} from '#libs/contracts';
import type {
  DocumentDto,
  DocumentFileDto,
  GenerateCvInput,
  GenerateCvOutput,
  GenerateLetterInput,
  GenerateLetterOutput,
  GetCvInput,
  GetDocumentInput,
  GetLetterInput,
  ListDocumentsInput,
  ListDocumentsOutput,
  ListTemplatesInput,
  ListTemplatesOutput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { cvModel } from '../rendering/model/cv-model.js';
import { letterModel } from '../rendering/model/letter-model.js';
import { Renderer } from '../rendering/renderer.js';
import { documentView } from './document-view.js';
import { DocumentsService, type Written } from './documents.service.js';
import { DocumentsStore } from './documents.store.js';

@Controller()
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly store: DocumentsStore,
    private readonly renderer: Renderer,
  ) {}

  @Operation(GenerateCv)
  async generateCv(
    { jobId, cvTemplate, language }: GenerateCvInput,
    run: OperationRun,
  ): Promise<GenerateCvOutput> {
    const options = { kind: 'cv', jobId, template: cvTemplate, language, makeModel: cvModel } as const;
    const written = await this.documents.write(options, run);
    return { ...answer(written), cvId: idOf(written) };
  }

  @Operation(GenerateLetter)
  async generateLetter(input: GenerateLetterInput, run: OperationRun): Promise<GenerateLetterOutput> {
    const { jobId, letterTemplate, language, paragraphs = [] } = input;
    const written = await this.documents.write(
      {
        ...{ kind: 'letter', jobId, template: letterTemplate, language },
        makeModel: (options) => letterModel({ ...options, paragraphs }),
      },
      run,
    );
    return { ...answer(written), letterId: idOf(written) };
  }

  @Operation(GetCv)
  async getCv({ cvId }: GetCvInput, run: OperationRun): Promise<DocumentDto> {
    return documentView(await this.documents.get('cv', cvId, 'cvId', run.actor.userId));
  }

  @Operation(GetLetter)
  async getLetter({ letterId }: GetLetterInput, run: OperationRun): Promise<DocumentDto> {
    return documentView(await this.documents.get('letter', letterId, 'letterId', run.actor.userId));
  }

  @Operation(GetDocument)
  async getDocument(input: GetDocumentInput, run: OperationRun): Promise<DocumentFileDto> {
    return this.documents.file(input, run);
  }

  @Operation(ListDocuments)
  async listDocuments(input: ListDocumentsInput, run: OperationRun): Promise<ListDocumentsOutput> {
    return this.store.list(input, run.actor.userId, run.flags.testMode || input.includeTest === true);
  }

  @Operation(ListTemplates)
  async listTemplates({ kind }: ListTemplatesInput): Promise<ListTemplatesOutput> {
    return { items: this.renderer.listTemplates(kind) };
  }
}

const idOf = ({ record, kept }: Written): string | null => (kept ? record._id : null);

function answer(written: Written): Omit<GenerateCvOutput, 'cvId'> {
  const { record, claims, kept } = written;
  const { sha256, pages, language, profileVersion, warnings, fileName } = record;
  const how = kept ? 'written' : 'would be written (dry run)';
  const message = `${fileName} ${how}: ${pages} ${pages === 1 ? 'page' : 'pages'}, ${claims} claims, each with its source`;
  return {
    ...{ success: true, documentId: idOf(written), sha256, claims, pages, language, profileVersion },
    ...{ warnings, message, taskRunId: null },
  };
}
