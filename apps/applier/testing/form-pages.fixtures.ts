import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Pages of employers as a browser would meet them, by path. `here` and `there` are two hosts of this machine. */
const PAGES: Readonly<Record<string, (hosts: { here: string; there: string }) => string>> = {
  '/english': () => `<!doctype html><html lang="en"><title>Cook</title>
    <form action="/search"><input name="q" placeholder="Search jobs"><button>Search</button></form>
    <form action="/submit" method="post" enctype="multipart/form-data"><h2>Apply for this job</h2>
      <label for="f">First name *</label><input id="f" name="first" required>
      <label>Last name * <input name="last" required></label>
      <label>Email <input type="email" name="email" required></label>
      <input type="tel" name="phone" placeholder="Phone number" value="+49">
      <label>LinkedIn profile <input name="urls[LinkedIn]"></label>
      <label>Country <select name="c"><option value="">–</option><option value="DE">Germany</option></select></label>
      <label>Salary expectation <input name="salary" required></label>
      <label>Cover letter <textarea name="letter"></textarea></label>
      <label for="cv">Resume/CV *</label><input type="file" id="cv" name="cv" accept=".pdf,.doc" required>
      <label>Cover letter (file) <input type="file" name="letterFile" style="display:none"></label>
      <div style="position:absolute;left:-9999px"><label>Website <input name="website"></label></div>
      <label><input type="checkbox" name="consent" required> I agree to the privacy policy *</label>
      <input type="submit" value="Send application">
    </form></html>`,
  // Sends by itself, by every way that a page has, as soon as something is filled in.
  '/eager': ({ there }) => `<!doctype html><html lang="de"><title>Koch</title>
    <form id="bewerbung" action="/submit" method="post">
      <label>Vor- und Nachname* <input name="n"></label>
      <label>E-Mail-Adresse* <input name="m" autocomplete="email"></label>
      <label>PLZ <input name="plz"></label>
      <label>Ihre Nachricht <textarea name="t" maxlength="10"></textarea></label>
      <label>Lebenslauf <input type="file" name="cv"></label>
      <label><input type="checkbox" name="dsgvo"> Ich willige ein</label>
    </form>
    <script>
      fetch('/submit?loaded', { method: 'POST', body: 'x' }).catch(() => 0);
      navigator.sendBeacon('/submit?beacon', 'x');
      const form = document.querySelector('form');
      form.addEventListener('input', () => {
        const said = encodeURIComponent(form.n.value + form.m.value);
        fetch('/submit', { method: 'POST', body: new FormData(form), keepalive: false }).catch(() => 0);
        fetch('/submit?put', { method: 'PUT', body: said }).catch(() => 0);
        navigator.sendBeacon('/submit?' + said, said);
        new Image().src = '${there}/submit?' + said;
        try { new WebSocket('${there.replace('http', 'ws')}/submit?' + said); } catch {}
        window.open('/submit?' + said);
        setTimeout(() => form.submit());
        form.requestSubmit();
      });
    </script></html>`,
  '/inside-frame': () => `<!doctype html><title>Embedded</title><h1>Join us</h1>
    <iframe src="/english" width="800" height="600"></iframe>`,
  '/login': () => `<!doctype html><title>Sign in</title><form action="/submit" method="post">
      <label>E-mail <input type="email" name="e"></label><label>Password <input type="password" name="p"></label>
      <button>Sign in</button></form>`,
  '/captcha': () => `<!doctype html><title>Just a moment...</title><p>Verify you are human</p>
    <div class="cf-turnstile" style="width:300px;height:65px;background:#ccc"></div>`,
  '/elsewhere': ({ there }) => `<!doctype html><title>Careers</title>
    <form action="/newsletter"><h3>Newsletter</h3><label>Name <input name="n"></label><label>E-mail <input name="e"></label></form>
    <iframe src="${there}/english" width="800" height="600"></iframe>`,
  '/text': () => '<!doctype html><title>Gone</title><h1>This job is no longer there</h1>',
  '/stubborn': () => `<!doctype html><title>Cook</title><form action="/submit" method="post">
      <label>E-mail <input name="e" oninput="this.value = ''"></label><textarea name="letter" placeholder="Cover letter"></textarea></form>`,
  '/rewriting': () => `<!doctype html><title>Cook</title><form action="/submit" method="post">
      <label>E-mail <input name="e" oninput="this.value = this.value.toUpperCase() + '!'"></label>
      <textarea name="letter" placeholder="Cover letter"></textarea></form>`,
  '/odd': () => `<!doctype html><title>Questions</title><form action="/submit" method="post">
      <label>Favourite colour <input name="a"></label><label>Shoe size <input name="b"></label></form>`,
};

export interface FormPages {
  readonly url: string;
  /** Another host of the same pages. */
  readonly otherUrl: string;
  /** Whatever came that is no plain look at a page. */
  readonly submissions: readonly string[];
  /** Every path that was asked for. */
  readonly asked: readonly string[];
  /** Resolves once `/silent` is asked for, which never answers. */
  readonly silent: Promise<string>;
  close(): Promise<void>;
}

/** Serves the pages on two free ports. `/redirect?to=…` and `/script?to=…` lead elsewhere, `/error` answers 500. */
export async function startFormPages(): Promise<FormPages> {
  const submissions: string[] = [];
  const asked: string[] = [];
  let silence: (url: string) => void = () => undefined;
  const silent = new Promise<string>((resolve) => (silence = resolve));
  const hosts = { here: '', there: '' };
  const serve = async (): Promise<Server> => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pages.example');
      asked.push(request.url ?? '');
      if (!['GET', 'HEAD'].includes(request.method ?? '') || pathname === '/submit')
        submissions.push(`${request.method} ${request.url}`);
      const page = PAGES[pathname];
      if (pathname === '/silent') silence(request.url ?? '');
      else if (pathname === '/redirect')
        response.writeHead(302, { location: searchParams.get('to') ?? '/' }).end();
      else if (pathname === '/script')
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(`<script>location.href = ${JSON.stringify(searchParams.get('to'))}</script>`);
      else if (page) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(hosts));
      else response.writeHead(pathname === '/error' ? 500 : 404).end();
    });
    server.on('upgrade', (request, socket) => {
      submissions.push(`socket ${request.url}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  };
  const servers = [await serve(), await serve()];
  const [url = '', otherUrl = ''] = servers.map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  hosts.here = url;
  hosts.there = otherUrl;
  return {
    url,
    otherUrl,
    submissions,
    asked,
    silent,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
