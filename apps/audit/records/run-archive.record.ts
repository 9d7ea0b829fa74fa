import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';
import { Mixed } from './mixed.js';

/** What the log still holds of an archived run: all of it, its start and its end, or nothing. */
export const IN_LOG = { whole: 'whole', ends: 'ends', nothing: 'nothing' } as const;
export type InLog = (typeof IN_LOG)[keyof typeof IN_LOG];

/** A finished run as the log held it, packed. */
@Schema(schemaOptions('run_archive'))
export class RunArchiveRecord {
  /** The run's id. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  flow: string;

  @Prop({ type: String })
  userId: string;

  /** Of the stream that the sequences belong to. */
  @Prop({ type: String })
  epoch: string;

  /** Sequence of the last event that it holds. */
  @Prop({ type: Number })
  lastSeq: number;

  @Prop({ type: Number })
  events: number;

  /** Unpacked and packed, in bytes. */
  @Prop({ type: Number })
  bytes: number;

  @Prop({ type: Number })
  packedBytes: number;

  /** How many pieces the packed history lies in; 0 where `data` holds it. */
  @Prop({ type: Number })
  pieces: number;

  /** Tells its pieces from those of another audit that kept the run at the same time; absent in older archives. */
  @Prop({ type: String })
  copy?: string | null;

  @Prop({ type: Mixed })
  data: Buffer | null;

  /** Objects of the log that hold bodies of its events. */
  @Prop({ type: [String] })
  bodies: string[];

  /** Its start refuses another run under its id, so it stays in the log for a while. */
  @Prop({ type: Boolean })
  guardsId: boolean;

  /** The run that goes on with its work. */
  @Prop({ type: String })
  continuedBy: string | null;

  @Prop({ type: String })
  inLog: InLog;

  @Prop({ type: Date })
  endedAt: Date;

  @Prop({ type: Date })
  archivedAt: Date;

  /** Something needed its ends; they are looked at again from then on. */
  @Prop({ type: Date })
  notBefore?: Date;
}

export const RunArchiveSchema = SchemaFactory.createForClass(RunArchiveRecord);

RunArchiveSchema.index({ inLog: 1, endedAt: 1, notBefore: 1, _id: 1 });
RunArchiveSchema.index({ endedAt: 1, _id: 1 });
RunArchiveSchema.index({ archivedAt: 1, _id: 1 });

/** A part of a packed history that is too large for one document. */
@Schema(schemaOptions('run_archive_pieces'))
export class RunArchivePieceRecord {
  /** The run's id, the copy, and the piece's number. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  runId: string;

  @Prop({ type: String })
  copy?: string | null;

  @Prop({ type: Mixed })
  data: Buffer;
}

export const RunArchivePieceSchema = SchemaFactory.createForClass(RunArchivePieceRecord);

RunArchivePieceSchema.index({ runId: 1 });
