/* One's own data as a file, in the settings: asked for, waited for, downloaded,
 * deleted; and whatever may be in the way. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { axe, call, launch, makePin, noFaults, open, png, quoted, somebody, sql,
	until } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function start(t, how) {
	const page = await somebody(t, browser, how);
	await open(page, '/settings/account');
	page.box = page.locator('section.box').filter({ has: page.locator('#own-data') });
	return page;
}

/* The wish of a person, as nobody works on it. */
const wish = (page, columns = '', values = '') => sql(`insert into account_export
	(account, korean${columns}) select id, false${values} from account
	where username = ${quoted(page.name)}`);
const change = (page, to) => sql(`update account_export set ${to} where account =
	(select id from account where username = ${quoted(page.name)})`);

const hasFocus = (one) => one.evaluate((element) =>
	element === document.activeElement);

async function ask(page) {
	const button = page.getByRole('button', { name: 'Get a copy of my data' });
	await button.focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.waitFor();
	return { button, dialog };
}

test('asked for with the password and downloaded, by keys', async (t) => {
	const page = await start(t);
	await makePin(page, png(41), 'Mine');
	const { button, dialog } = await ask(page);
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await until(() => hasFocus(button), true);
	await page.keyboard.press('Enter');
	page.meant.push(/400/);
	await dialog.getByLabel('Your password').fill('not it');
	await page.keyboard.press('Enter');
	await dialog.getByText('this is not your password').waitFor();
	await dialog.getByLabel('Your password').fill(page.person.password);
	await page.keyboard.press('Enter');
	await dialog.waitFor({ state: 'detached' });
	await until(() => hasFocus(page.box), true);
	await page.box.getByText(/Your file is ready: [\d.,]+ [kM]B, made/).waitFor();
	const found = await call(page, 'GET', 'accounts/export');
	/* a login that has run out is renewed on the way */
	const kept = (await page.context().cookies())
		.filter((one) => !one.name.includes('access'));
	await page.context().clearCookies();
	await page.context().addCookies(kept);
	page.meant.push(/401/);
	const link = page.box.getByRole('link', { name: 'Download' });
	await link.focus();
	const [got] = await Promise.all([page.waitForEvent('download'),
		page.keyboard.press('Enter')]);
	assert.match(got.suggestedFilename(), /^pinwall-\d{4}-\d\d-\d\d\.zip$/);
	const data = await readFile(await got.path());
	assert.equal(data.length, found.bytes);
	assert.equal(data.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
	assert.match(page.url(), /\/settings\/account$/);
	await noFaults(page);
	await page.box.getByRole('button', { name: 'Delete the file' }).click();
	await button.waitFor();
	await until(() => hasFocus(page.box), true);
	assert.equal((await call(page, 'GET', 'accounts/export')).state, 'none');
	await noFaults(page);
});

test('it comes by itself, and is told to who hears', async (t) => {
	const page = await start(t);
	wish(page);
	await open(page, '/settings/account');
	const status = page.box.getByRole('status');
	await status.getByText('Your file is being made.').waitFor();
	await noFaults(page);
	change(page, `file = 'web-' || id, bytes = 12345678, ended_at = now(),
		expires_at = now() + interval '7 days'`);
	await status.getByText('Your file is ready: 12.3 MB, made').waitFor();
	await page.getByText('The file with your data is ready.').waitFor();
	await page.box.getByRole('button', { name: 'Delete the file' }).click();
	await page.getByRole('button', { name: 'Get a copy of my data' }).waitFor();
	wish(page);
	await open(page, '/settings/account');
	await page.box.getByRole('button', { name: 'Cancel' }).click();
	await page.getByRole('button', { name: 'Get a copy of my data' }).waitFor();
	assert.equal((await call(page, 'GET', 'accounts/export')).state, 'none');
	await noFaults(page);
});

for (const theme of ['light', 'dark'])
	test(`on a phone, in Korean, ${theme}`, async (t) => {
		const page = await start(t, { size: 'phone', touch: true, theme,
			language: 'ko' });
		await page.box.getByRole('button', { name: '내 데이터 사본 받기' }).tap();
		await page.getByLabel('비밀번호 확인').waitFor();
		await noFaults(page);
		wish(page, ', failed, ended_at, expires_at',
			`, 'fault', now(), now() + interval '1 day'`);
		await open(page, '/settings/account');
		await page.box.getByText('파일을 만들지 못했습니다.').waitFor();
		await page.box.getByRole('button', { name: '내 데이터 사본 받기' })
			.waitFor();
		await noFaults(page);
		change(page, `failed = null, file = 'ko-' || id, bytes = 204800`);
		await open(page, '/settings/account');
		await page.box.getByText(/파일이 준비되었습니다: 205\s?kB,/).waitFor();
		await noFaults(page);
	});

test('once a day, in words; and what fails stands there', async (t) => {
	const page = await start(t);
	page.meant.push(/429|503/);
	let status = 429;
	await page.route('**/api/accounts/export', (route) =>
		route.request().method() === 'GET' ? route.continue()
			: route.fulfill({ status, headers: { 'Retry-After': '80000' },
				json: { detail: status === 429 ? 'too many' : 'too busy' } }));
	const { dialog } = await ask(page);
	await dialog.getByLabel('Your password').fill('any words');
	await page.keyboard.press('Enter');
	await dialog.getByText('You can ask for your data once a day. ' +
		'Try again in 23 hours.').waitFor();
	status = 503;
	await dialog.getByRole('button', { name: 'Make the file' }).click();
	await dialog.getByText('too busy').waitFor();
	assert.equal(await dialog.getByLabel('Your password').inputValue(),
		'any words');
	await noFaults(page);
});
