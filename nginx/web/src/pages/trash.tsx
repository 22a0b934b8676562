/* What one deleted: it can be restored, or deleted for good. */
import { useSignal } from '@preact/signals';
import type { Ref } from 'preact';
import { useRef } from 'preact/hooks';
import trashIcon from 'icon:trash-2';
import { asApiError } from '../core/api';
import { asking } from '../core/layers';
import { type Paged, usePaged } from '../core/paged';
import { me } from '../core/session';
import { useTitle } from '../core/title';
import { dropForGood, emptyTrash, nameOf, pageOf, restore, type Trashed }
	from '../core/trash';
import { t } from '../core/words';
import { Button } from '../ui/Button';
import { LoginFirst } from '../ui/LoginFirst';
import { EmptyState, ErrorState } from '../ui/State';
import { tell } from '../ui/Toast';
import { TrashRow } from '../ui/TrashRow';

const start = 'trash';

export default function Trash() {
	useTitle(t('trash'));
	if (!me.value)
		return <div class="narrow"><h1>{t('trash')}</h1><LoginFirst /></div>;
	return <Mine key={me.value.id} />;
}

function useEnds(paged: Paged<Trashed>,
	head: { current: HTMLElement | null }) {
	/* What could not be restored, and why. */
	const refused = useSignal<Record<string, string>>({});
	const back = async (one: Trashed) => {
		const putBack = paged.take(one);
		head.current?.focus({ preventScroll: true });
		try {
			await restore(one);
			tell(t('trash.restored', { name: nameOf(one) }),
				{ label: t('view'), href: pageOf(one) });
		} catch (e) {
			putBack();
			refused.value = { ...refused.value,
				[pageOf(one)]: asApiError(e).message };
		}
	};
	const drop = (one: Trashed) => {
		asking.value = { title: t('trash.delete.title'),
			text: t('trash.delete.text', { name: nameOf(one) }),
			button: t('trash.delete'), run: async () => {
				await dropForGood(one);
				paged.take(one);
				tell(t('trash.deleted'));
				head.current?.focus({ preventScroll: true });
			} };
	};
	return { refused, back, drop };
}

function Mine() {
	const paged = usePaged<Trashed>(start);
	const head = useRef<HTMLHeadingElement>(null);
	const { list, next, error, load } = paged;
	const { refused, back, drop } = useEnds(paged, head);
	if (error.value && !list.value)
		return <ErrorState error={error.value} again={() => load(start)} />;
	return <section class="narrow told" aria-busy={list.value === null}>
		<Head paged={paged} head={head} />
		{list.value?.length === 0 && !next.value
			? <EmptyState icon={trashIcon} title={t('trash.none')}>
				<p>{t('trash.none.text')}</p></EmptyState>
			: <p class="soft">{t('trash.text')}</p>}
		<ul>{list.value?.map((one) => <li key={pageOf(one)}>
			<TrashRow of={one} refused={refused.value[pageOf(one)]}
				back={() => { void back(one); }} drop={() => drop(one)} />
		</li>)}</ul>
		{error.value && <p role="alert">{error.value.message}</p>}
		{next.value && <Button onClick={() => load(next.value ?? start)}>
			{t('show.more')}</Button>}
	</section>;
}

function Head({ paged, head }: {
	paged: Paged<Trashed>;
	head: Ref<HTMLHeadingElement>;
}) {
	const ask = () => {
		asking.value = { title: t('trash.empty.title'),
			text: t('trash.empty.text'), button: t('trash.empty'),
			run: async () => {
				await emptyTrash();
				await paged.load(start);
				tell(t('trash.emptied'));
			} };
	};
	return <header class="told-head">
		<h1 ref={head} tabIndex={-1}>{t('trash')}</h1>
		{!!paged.list.value?.length && <Button kind="danger" onClick={ask}>
			{t('trash.empty')}</Button>}
	</header>;
}
