/*
 * The documents of the API: Swagger UI and Redoc show every group of calls,
 * and ask nobody but the site.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, logIn, site, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function groups() {
	const document = await (await fetch(`${site}/api/openapi.json`)).json();
	return new Set(Object.values(document.paths).flatMap((path) =>
		Object.values(path).flatMap((call) => call.tags ?? [])));
}

for (const path of ['/swagger', '/redoc']) {
	test(`${path} shows what the document holds`, async () => {
		const page = await visit(browser);
		const hosts = new Set();
		page.on('request', (asked) => hosts.add(new URL(asked.url()).origin));
		await page.goto(path);
		for (const name of await groups())
			await page.getByText(name, { exact: true }).first().waitFor();
		assert.deepEqual([...hosts].filter((host) =>
			host.startsWith('http')), [site]);
		assert.deepEqual(page.faults, []);
		await page.context().close();
	});
}

test('Swagger calls as who is logged in', async () => {
	const page = await visit(browser);
	const person = await logIn(page);
	await page.goto('/swagger');
	await page.getByText('session', { exact: true }).click();
	await page.getByText('/session', { exact: true }).first().click();
	await page.getByRole('button', { name: 'Try it out' }).first().click();
	await page.getByRole('button', { name: 'Execute' }).first().click();
	await page.getByText(person.email).first().waitFor();
	assert.deepEqual(page.faults, []);
	await page.context().close();
});
