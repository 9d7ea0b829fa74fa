import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import {
  GetDocument,
  GetDocumentInput,
  GetProfile,
  GetProfileInput,
  ImportProfile,
  ImportProfileInput,
  PrefillForm,
  PrefillFormInput,
  UpdateApplication,
  UpdateApplicationInput,
} from '#libs/contracts';
import type {
  ApplicationChangeOutput,
  DocumentFileDto,
  PrefillFormOutput,
  ProfileChangedOutput,
  ProfileDto,
} from '#libs/contracts';
import { Operation, startService, TerminalError } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { TestGateway } from '../testing/test-gateway.js';

const BYTES = Buffer.from('<b>a letter</b>');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const taken: object[] = [];
/** By the application that is asked about. */
const REFUSALS: Readonly<Record<string, string>> = {
  a2: 'applier/no-browser',
  a3: 'applier/no-form',
  a4: 'applier/not-possible',
  a5: 'applier/address-refused',
  a6: 'applier/browser-failed',
  a7: 'applier/unknown-application',
};

/** Stands in for the service `documents`: what it says is tested there. */
@Controller()
class DocumentsStandIn {
  @Operation(GetDocument)
  file({ documentId, format }: GetDocumentInput): DocumentFileDto {
    if (documentId !== 'd1')
      throw new TerminalError('documents/unknown-document', `there is no document ${documentId}`);
    const fileName = `Anschreiben Müller.${format}`;
    const mediaType = format === 'html' ? 'text/html' : 'application/pdf';
    const content = BYTES.toString('base64');
    return { documentId, kind: 'letter', fileName, mediaType, bytes: BYTES.length, sha256: SHA256, content };
  }

  @Operation(GetProfile)
  profile(_input: GetProfileInput): ProfileDto {
    throw new TerminalError('documents/no-profile', 'there is no profile yet');
  }

  @Operation(ImportProfile)
  import(input: ImportProfileInput, run: OperationRun): ProfileChangedOutput {
    taken.push({ ...input, by: run.actor.userId });
    return {
      success: true,
      profileId: 'p1',
      version: 1,
      changed: ['resume'],
      message: 'kept',
      taskRunId: null,
    };
  }
}

@Controller()
class ApplierStandIn {
  @Operation(UpdateApplication)
  update(input: UpdateApplicationInput): ApplicationChangeOutput {
    taken.push({ ...input });
    throw new TerminalError('applier/not-possible', 'it was withdrawn');
  }

  @Operation(PrefillForm)
  prefill({ applicationId }: PrefillFormInput, run: OperationRun): PrefillFormOutput {
    const { dryRun } = run.flags;
    taken.push({ applicationId, dryRun, by: run.actor.userId });
    const refused = REFUSALS[applicationId];
    if (refused) throw new TerminalError(refused, `it is ${refused}`);
    return {
      ...{ success: false, applicationId, applyUrl: 'https://oven.example/apply', pageUrl: null },
      ...{ filled: [], left: [], obstacle: 'captcha', heldBack: 0, screenshotSha256: null },
      ...{ message: 'nothing was filled in', dryRun, taskRunId: null },
    };
  }
}

@Module({ controllers: [DocumentsStandIn] })
class DocumentsModule {}
@Module({ controllers: [ApplierStandIn] })
class ApplierModule {}

let at: TestGateway;
let services: RunningService[];
beforeAll(async () => {
  at = await TestGateway.start();
  const shared = { nats: at.natsUrl, logger: createLogger({ service: 'spec', level: 'silent' }) };
  services = await Promise.all([
    startService({
      ...shared,
      service: 'documents',
      module: DocumentsModule,
      contracts: [GetDocument, GetProfile, ImportProfile],
    }),
    startService({
      ...shared,
      service: 'applier',
      module: ApplierModule,
      contracts: [UpdateApplication, PrefillForm],
    }),
  ]);
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await at.close();
});

describe('a document’s file', () => {
  it('comes with its bytes, its name and what it is known by', async () => {
    const response = await fetch(`${at.gateway.url}/documents/d1/file`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': "inline; filename*=UTF-8''Anschreiben%20M%C3%BCller.pdf",
      etag: `"${SHA256}"`,
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(BYTES);
  });

  it('is no page of this server, whatever it holds', async () => {
    const { headers } = await fetch(`${at.gateway.url}/documents/d1/file?format=html`);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox/);
  });

  it('that there is not, or in a format that there is not, is refused', async () => {
    expect(await at.ask('/documents/d2/file')).toMatchObject({
      status: 404,
      body: { code: 'documents/unknown-document' },
    });
    expect(await at.ask('/documents/d1/file?format=exe')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'format', value: 'exe' }] },
    });
  });
});

describe('one’s profile', () => {
  it('is not found before there is one', async () => {
    expect(await at.ask('/profile')).toMatchObject({ status: 404, body: { code: 'documents/no-profile' } });
  });

  it('is taken in the name of who asks, whoever the body names', async () => {
    const resume = { basics: { name: 'Someone' } };
    expect(await at.send('PUT', '/profile', { resume })).toMatchObject({ status: 200, body: { version: 1 } });
    expect(taken.at(-1)).toMatchObject({ resume, by: 'local' });
    expect(await at.send('PUT', '/profile', { resume, userId: 'other' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'userId' }] },
    });
  });
});

describe('an application', () => {
  it('is changed by hand, and the refusal says why', async () => {
    expect(await at.send('PATCH', '/applications/a1', { status: 'interview' })).toMatchObject({
      status: 409,
      body: { code: 'applier/not-possible' },
    });
    expect(taken.at(-1)).toMatchObject({ applicationId: 'a1', status: 'interview' });
    expect(await at.send('PATCH', '/applications/a1', { status: 'sending' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'status', value: 'sending' }] },
    });
  });

  it('has its form filled in, and a page that cannot be is an answer', async () => {
    expect(await at.post('/applications/a1/prefill', {})).toMatchObject({
      ...{ status: 200, body: { success: false, obstacle: 'captcha' } },
    });
    expect(taken.at(-1)).toEqual({ applicationId: 'a1', dryRun: false, by: 'local' });
    expect((await at.post('/applications/a1/prefill', { dryRun: true })).status).toBe(200);
    expect(taken.at(-1)).toMatchObject({ dryRun: true });
    expect(await at.post('/applications/a1/prefill', { applicationId: 'a2' })).toMatchObject({
      ...{ status: 422, body: { errors: [{ field: 'applicationId' }] } },
    });
  });

  it.each([
    ['a2', 501],
    ['a3', 409],
    ['a4', 409],
    ['a5', 403],
    ['a6', 500],
    ['a7', 404],
  ])('%s whose form is not opened is answered with %d, and why', async (id, status) => {
    expect(await at.post(`/applications/${id}/prefill`, {})).toMatchObject({
      ...{ status, body: { code: REFUSALS[id], detail: expect.stringContaining(String(REFUSALS[id])) } },
    });
  });
});
