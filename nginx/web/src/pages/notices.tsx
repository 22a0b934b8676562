/* What one was told of. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import bell from 'icon:bell';
import settings from 'icon:settings';
import { type ApiError, asApiError, get, nextOf, type Page } from '../core/api';
import { readNoticesTo, unread } from '../core/notices';
import { me } from '../core/session';
import { useTitle } from '../core/title';
import type { Notice } from '../core/types';
import { t } from '../core/words';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { LoginFirst } from '../ui/LoginFirst';
import { NoticeRow } from '../ui/NoticeRow';
import { EmptyState, ErrorState } from '../ui/State';
import { tellError } from '../ui/Toast';

const start = 'notices/';

function useNotices() {
	const list = useSignal<Notice[] | null>(null);
	const next = useSignal<string | null>(null);
	const error = useSignal<ApiError | null>(null);
	const load = async (path: string) => {
		try {
			const page = await get<Page<Notice>>(path);
			list.value = path === start ? page.results
				: [...list.value ?? [], ...page.results];
			next.value = nextOf(start, page.next);
			error.value = null;
		} catch (e) {
			error.value = asApiError(e);
		}
	};
	return { list, next, error, load };
}

export default function Notices() {
	useTitle(t('notices'));
	if (!me.value)
		return <div class="narrow"><h1>{t('notices')}</h1><LoginFirst /></div>;
	return <Mine key={me.value.id} />;
}

function Mine() {
	const { list, next, error, load } = useNotices();
	/* What came, or was read elsewhere, is shown. */
	const shown = list.value?.filter((one) => !one.read).length;
	useEffect(() => {
		if (shown !== unread.value)
			void load(start);
	}, [unread.value]);
	useEffect(() => { void load(start); }, []);
	if (error.value && !list.value)
		return <ErrorState error={error.value} again={() => load(start)} />;
	const read = (one: Notice) => {
		list.value = list.value?.map((other) => other === one
			? { ...one, read: true } : other) ?? null;
	};
	return <section class="narrow told" aria-busy={list.value === null}>
		<Head list={list} />
		{list.value?.length === 0 &&
			<EmptyState icon={bell} title={t('notices.none')}>
				<p>{t('notices.none.text')}</p>
				<a class="button plain" href="/explore">{t('explore')}</a>
			</EmptyState>}
		<ul>{list.value?.map((one) => <li key={one.id}>
			<NoticeRow of={one} read={() => read(one)} /></li>)}</ul>
		{error.value && <p role="alert">{error.value.message}</p>}
		{next.value && <Button onClick={() => load(next.value ?? start)}>
			{t('show.more')}</Button>}
	</section>;
}

function Head({ list }: { list: { value: Notice[] | null } }) {
	const first = list.value?.[0];
	const some = list.value?.some((one) => !one.read);
	const readAll = async () => {
		const before = list.value;
		if (!before || !first)
			return;
		list.value = before.map((one) => ({ ...one, read: true }));
		try {
			await readNoticesTo(first.id);
		} catch (e) {
			list.value = before;
			tellError(e);
		}
	};
	return <header class="told-head">
		<h1>{t('notices')}</h1>
		<a class="icon-button" href="/settings/notifications"
			aria-label={t('notices.settings')} title={t('notices.settings')}>
			<Icon of={settings} size={20} /></a>
		{some && <Button onClick={() => { void readAll(); }}>
			{t('notices.read')}</Button>}
	</header>;
}
