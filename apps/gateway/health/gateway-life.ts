/** Whether the gateway is on its way out: it answers what comes, and says that no more is to come. */
export class GatewayLife {
  private ending = false;

  get isStopping(): boolean {
    return this.ending;
  }

  stopping(): void {
    this.ending = true;
  }
}
