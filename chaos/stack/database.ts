import { startMongod, withDatabase } from '#libs/local-stack';
import type { MongodServer } from '#libs/local-stack';
import type { Cleanup } from './cleanup.js';

/** A mongod of the session's own, whose data and port outlive its process. */
export class Database {
  private constructor(
    private readonly binary: { readonly file: string; readonly version: string },
    private readonly home: string,
    private server: MongodServer,
  ) {}

  static async start(
    cleanup: Cleanup,
    {
      binary,
      home,
    }: { readonly binary: { readonly file: string; readonly version: string }; readonly home: string },
  ): Promise<Database> {
    const database = new Database(binary, home, await startMongod({ binary, home }));
    cleanup.add(() => database.kill());
    return database;
  }

  /** Leads to a database of that name. */
  uri(name: string): string {
    return withDatabase(this.server.uri, name);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.server.kill();
  }

  /** Starts it again on its data and port. */
  async restart(): Promise<void> {
    this.server = await startMongod({ binary: this.binary, home: this.home, port: this.server.port });
  }
}
