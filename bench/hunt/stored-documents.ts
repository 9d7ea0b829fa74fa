import mongoose from 'mongoose';
import type { DocumentKind } from '#libs/contracts';

/** What the pages of a kept document are made of, and what came of them. */
export interface StoredPages {
  readonly kind: DocumentKind;
  readonly template: string;
  /** What the document says, as JSON. */
  readonly model: string;
  /** Of the PDF, in hex. */
  readonly sha256: string;
}

const COLLECTIONS = ['cvs', 'letters'] as const;

/** The collections of documents, as the bench reads them to set the same pages bare. */
export class StoredDocuments {
  private constructor(private readonly connection: mongoose.Connection) {}

  static async open(uri: string): Promise<StoredDocuments> {
    return new StoredDocuments(await mongoose.createConnection(uri).asPromise());
  }

  /** Of CVs and letters by turns, as they were asked for. */
  async pagesFor(jobIds: readonly string[]): Promise<StoredPages[]> {
    const projection = { _id: 0, jobId: 1, kind: 1, template: 1, model: 1, sha256: 1 };
    const found = await Promise.all(
      COLLECTIONS.map((name) =>
        this.connection
          .collection<StoredPages & { readonly jobId: string }>(name)
          .find({ jobId: { $in: [...jobIds] } }, { projection })
          .toArray(),
      ),
    );
    return found.flat().sort((one, other) => one.jobId.localeCompare(other.jobId));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
