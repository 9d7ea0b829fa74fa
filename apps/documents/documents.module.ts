import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MongoModule } from '#libs/mongo';
import {
  CV_MODEL,
  DocumentRecordSchema,
  LETTER_MODEL,
  LetterRecordSchema,
} from './documents/document.schema.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { DocumentsStore } from './documents/documents.store.js';
import { Profile, ProfileSchema } from './profiles/profile.schema.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { ProfilesService } from './profiles/profiles.service.js';
import { ProfilesStore } from './profiles/profiles.store.js';
import { Renderer } from './rendering/renderer.js';
import type { DocumentsSettings } from './settings/documents-settings.js';
import { UpkeepController } from './upkeep/upkeep.controller.js';

export interface DocumentsModuleOptions {
  readonly mongoUri: string;
  readonly settings: DocumentsSettings;
}

@Module({})
export class DocumentsModule {
  static register({ mongoUri, settings }: DocumentsModuleOptions): DynamicModule {
    return {
      module: DocumentsModule,
      imports: [
        MongoModule.forRoot({ uri: mongoUri, appName: 'documents', makeIndexes: true }),
        MongooseModule.forFeature([
          { name: Profile.name, schema: ProfileSchema },
          { name: CV_MODEL, schema: DocumentRecordSchema },
          { name: LETTER_MODEL, schema: LetterRecordSchema },
        ]),
      ],
      controllers: [ProfilesController, DocumentsController, UpkeepController],
      providers: [
        { provide: Renderer, useFactory: () => new Renderer(settings) },
        ProfilesStore,
        ProfilesService,
        DocumentsStore,
        DocumentsService,
      ],
    };
  }
}
