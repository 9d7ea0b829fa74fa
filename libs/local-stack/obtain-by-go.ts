import { type RunCommand, runCommand } from './run-command.js';
import type { Source } from './source.js';

interface GoTool {
  /** The package to build; its version and checksums stand in `folder`'s go.mod and go.sum. */
  readonly module: string;
  readonly folder: string;
}

/** Builds a server from the Go module proxy; go.sum pins every module that goes into it. */
export function obtainByGo({ module, folder }: GoTool, run: RunCommand = runCommand): Source {
  return {
    step: `building ${module} with Go, pinned by tools/go.sum (half a minute, once)`,
    async obtain(target) {
      await run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', target, module], {
        cwd: folder,
        env: { ...process.env, GOFLAGS: '-mod=readonly', CGO_ENABLED: '0', GOWORK: 'off' },
      });
    },
  };
}
