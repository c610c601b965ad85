import createClient from "openapi-fetch";
import type { components, paths } from "./obj/contract";

// An application becomes a license, and its electricity an assessment that a tax system pulls.

// A list that is a spreadsheet as well is read as JSON.
type Json = "application/json" | "application/problem+json";
type Registry = ReturnType<typeof createClient<paths, Json>>;
type Schemas = components["schemas"];

declare const process: { argv: string[]; exit(code: number): never };

const url = process.argv[2]!;
const bin = "971240001315";
const point = "TS-1";

async function as(persona: string): Promise<Registry> {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: persona, client_secret: "sandbox" });
  const answer = await fetch(`${url}/connect/token`, { method: "POST", body });
  const { access_token } = (await answer.json()) as Schemas["SandboxToken"];
  return createClient<paths, Json>({ baseUrl: url, headers: { Authorization: `Bearer ${access_token}` } });
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** The answer, or the problem as an error. */
function done<T>(result: { data?: T; error?: unknown }): T {
  if (result.data === undefined) throw new Error(JSON.stringify(result.error));
  return result.data;
}

/** A file goes as it is. */
const csv = (lines: string[]) => ({ body: lines.join("\n"), bodySerializer: (body: string) => body, headers: { "Content-Type": "text/csv" } });

function draft(): Schemas["ApplicationBody"] {
  return {
    kind: "New", subtype: "I", applicantBin: bin, applicantName: "By openapi-typescript",
    contact: { email: "office@example.kz", phone: "+77010000000" },
    site: { name: "DC-1", region: "35", address: "TypeScript street 1", latitude: 49.8, longitude: 73.1, gridConnection: "110 kV", hostLicenseNumber: null },
    requestedMw: 12.5, powerSources: ["GridPurchase"], plannedInvestmentKzt: 0, plannedJobs: 0,
    hardware: [{ maker: "Bitmain", model: "S21", count: 3500, hashRateThs: 200, powerW: 3500 }],
    stateFee: { paidOn: "2026-01-01", amountKzt: 8_650_000, reference: "TS-PAY-1" }, previousLicenseNumber: null,
  };
}

async function license(miner: Registry): Promise<string> {
  const [officer, approver] = [await as("officer-1"), await as("approver-1")];
  done(await miner.PUT("/sandbox/clock", { body: { now: "2025-12-31T20:00:00Z" } }));
  const { id } = done(await miner.POST("/v1/permit-applications", { body: draft() }));
  const path = { id };
  done(await miner.POST("/v1/permit-applications/{id}/submit", { params: { path } }));
  done(await officer.POST("/v1/permit-applications/{id}/start-review", { params: { path } }));
  done(await officer.POST("/v1/permit-applications/{id}/recommend", { params: { path }, body: { outcome: "Approve", reasons: "Complete.", grounds: [] } }));
  const header = { "If-Match": '"4"' };
  const body = { validFrom: "2026-01-01", reasons: "Agreed.", conditions: [] };
  const approved = done(await approver.POST("/v1/permit-applications/{id}/approve", { params: { path, header }, body }));
  demand(approved.license.status === "Active" && approved.license.licensedMw === 12.5, "The license is not active.");

  const again = await approver.POST("/v1/permit-applications/{id}/approve", { params: { path, header: { "If-Match": '"5"' } }, body });
  demand(again.response.status === 409 && again.error?.code === "invalid-transition" && again.error.allowed?.length === 0, `It was approved twice: ${again.error?.detail}`);
  const wrong = await miner.POST("/v1/permit-applications", { body: { ...draft(), applicantName: "", requestedMw: -1 } });
  demand(wrong.error?.errors?.map(e => e.pointer).sort().join() === "/applicantName,/requestedMw", `A wrong application: ${wrong.error?.detail}`);
  return approved.license.number;
}

async function meter(licenseNumber: string): Promise<void> {
  const grid = await as("grid-1");
  done(await grid.PUT("/sandbox/clock", { body: { now: "2026-04-06T06:00:00Z" } }));
  done(await grid.POST("/v1/metering-points", {
    body: {
      code: point, siteRegion: "35", maximumCapacityKw: 12_500, payerBin: bin, powerSource: "GridPurchase", meterState: "Working", from: "2026-01-01",
      licenseNumber,
    },
  }));
  const first = Date.UTC(2025, 11, 31, 19);
  const hours = Array.from({ length: 2160 }, (_, h) => `${point},${new Date(first + h * 3_600_000).toISOString().slice(0, 19)}Z,10000,Measured`);
  const loaded = done(await grid.POST("/v1/readings", csv(["meteringPoint,startAt,kwh,quality", ...hours])));
  demand(loaded.accepted === 2160, `${loaded.accepted} hours were accepted.`);
  const months = ["01", "02", "03"].map(m => `${point},2026-${m},7200000,132704640,SinglePurchaser,${point}-${m}`);
  const bought = done(await grid.POST("/v1/electricity-purchases/file", csv(["meteringPoint,month,kwh,costKzt,source,reference", ...months])));
  demand(bought.recorded === 3, "Three purchases were not recorded.");
}

async function assess(): Promise<void> {
  const [assessor, issuer] = [await as("tax-1"), await as("tax-2")];
  let run = done(await assessor.POST("/v1/assessment-runs", { body: { period: "2026-Q1", instrument: "MiningFee", bins: [bin] } }));
  for (let asked = 0; (run.status === "Queued" || run.status === "Running") && asked < 300; asked++) {
    await new Promise(resolve => setTimeout(resolve, 100));
    run = done(await assessor.GET("/v1/assessment-runs/{id}", { params: { path: { id: run.id } } }));
  }

  demand(run.status === "Completed", `The run is ${run.status}.`);
  const { items } = done(await assessor.GET("/v1/assessments", { params: { query: { period: "2026-Q1", bin } } }));
  const params = { path: { id: items[0]!.id }, header: { "If-Match": '"1"' } };
  const issued = done(await issuer.POST("/v1/assessments/{id}/issue", { params }));
  demand(issued.status === "Issued" && issued.totalKzt === 43_200_000, `${issued.totalKzt} KZT were assessed.`);
  const feed = done(await assessor.GET("/v1/tax-feed/assessments", { params: { query: { limit: 1000 } } }));
  demand(feed.items.some(i => i.assessment.id === issued.id), "The feed does not tell of the assessment.");
}

/** The tag tells what else a fact has. */
async function read(licenseNumber: string): Promise<void> {
  const auditor = await as("auditor-1");
  const { items } = done(await auditor.GET("/v1/licensing-feed", { params: { query: { limit: 1000 } } }));
  const granted = items.flatMap(i => i.facts).filter(f => f.fact === "LicenseIssued").find(f => f.license === licenseNumber);
  demand(granted?.licensedMw === 12.5, "The feed does not tell what was granted.");
  const licenses = done(await auditor.GET("/v1/licenses", { params: { query: { bin } } }));
  demand(licenses.items.length === 1, "There is not one license.");
}

const issued = await license(await as(`applicant-${bin}`));
await meter(issued);
await assess();
await read(issued);
console.log("Done.");
