// A headless Chromium, driven over the WebDriver protocol with nothing but fetch. Loopback only.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const which = (name) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();

/** The reason why no browser can be driven here, or null. */
export function missingBrowser() {
  if (!which("chromedriver")) return "skipped: chromedriver not found (Debian: chromium-driver)";
  if (!which("chromium")) return "skipped: chromium not found (Debian: chromium)";
  return null;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
export const KEYS = { up: "\uE013", down: "\uE015", left: "\uE012", right: "\uE014", enter: "\uE007", home: "\uE011", end: "\uE010", control: "\uE009", escape: "\uE00C" };

export class Browser {
  static async start(dark = false) {
    const port = await freePort();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ethpoc-web-"));
    const driver = spawn(which("chromedriver"), [`--port=${port}`], { stdio: "ignore" });
    const out = Object.assign(new Browser(), { base: `http://127.0.0.1:${port}`, driver, folder, session: null });
    try {
      await out.ready();
      const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1600",
        `--user-data-dir=${folder}/profile`, "--disable-background-networking", "--no-first-run"];
      if (dark) args.push("--force-dark-mode");
      const capabilities = { alwaysMatch: { browserName: "chrome", "goog:chromeOptions": { binary: which("chromium"), args } } };
      const { sessionId } = await out.call("POST", "/session", { capabilities });
      out.session = `/session/${sessionId}`;
    } catch (error) {
      await out.stop();
      throw error;
    }
    return out;
  }

  async ready() {
    for (let tries = 0; tries < 200; tries++) {
      try {
        if ((await this.call("GET", "/status")).ready) return;
      } catch {
        // not listening yet
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("chromedriver does not answer");
  }

  async call(method, where, body) {
    const answer = await fetch(this.base + where, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${where}: ${value.error}: ${value.message}`);
    return value;
  }

  on(method, where, body) {
    return this.call(method, this.session + where, body);
  }

  open(url) {
    return this.on("POST", "/url", { url });
  }

  /** Runs a function's text in the page and gives what it returns. */
  run(script, ...args) {
    return this.on("POST", "/execute/sync", { script, args });
  }

  async find(css) {
    return (await this.on("POST", "/element", { using: "css selector", value: css }))[ELEMENT];
  }

  async click(css) {
    return this.on("POST", `/element/${await this.find(css)}/click`, {});
  }

  async type(css, text) {
    return this.on("POST", `/element/${await this.find(css)}/value`, { text });
  }

  async clear(css) {
    return this.on("POST", `/element/${await this.find(css)}/clear`, {});
  }

  text(css) {
    return this.run("return document.querySelector(arguments[0])?.textContent ?? null", css);
  }

  async screenshot(file) {
    fs.writeFileSync(file, Buffer.from(await this.on("GET", "/screenshot"), "base64"));
  }

  async stop() {
    try {
      if (this.session) await this.call("DELETE", this.session);
    } finally {
      const gone = new Promise((resolve) => { this.driver.once("exit", resolve); });
      if (this.driver.exitCode === null) {
        this.driver.kill();
        await gone;
      }
      fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}
