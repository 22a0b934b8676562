/* Change the words and the frame of one's style post. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { pictureOf } from '../core/cards';
import { remember, useLoad } from '../core/load';
import { go, type Params } from '../core/router';
import { me } from '../core/session';
import { removePost } from '../core/styles';
import { useTitle } from '../core/title';
import type { StylePost } from '../core/types';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Picture } from '../grid/Picture';
import { Button } from '../ui/Button';
import { Form } from '../ui/Form';
import { LoginFirst } from '../ui/LoginFirst';
import { ErrorState } from '../ui/State';
import { StyleRatio, StyleWords } from '../ui/StyleFields';
import { tellError } from '../ui/Toast';

export default function StyleEdit({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<StylePost>(`styles/posts/${id}`);
	useTitle(t('style.edit'));
	if (error.value)
		return <ErrorState error={error.value} again={again} />;
	if (!me.value)
		return <LoginFirst />;
	if (!data.value)
		return <h1 class="hidden">{t('style.edit')}</h1>;
	if (data.value.author !== me.value.username)
		return <div class="state"><h1>{t('style.edit')}</h1>
			<p>{t('style.not_yours')}</p></div>;
	return <Edit post={data.value} />;
}

function Edit({ post }: { post: StylePost }) {
	const content = useSignal(post.content);
	const ratio = useSignal(post.image_ratio);
	return <section class="narrow box">
		<h1>{t('style.edit')}</h1>
		<div class="edit-picture" style={{ aspectRatio: String(ratio.value) }}>
			<Picture pin={pictureOf(post, 0)} first sizes="480px" /></div>
		<Form button={t('save.changes')} send={async () => {
			const path = `styles/posts/${post.id}`;
			remember(path, await api<StylePost>('PATCH', path, { body: {
				content: content.value, image_ratio: ratio.value } }));
			forgetFeeds();
			go(`/style/${post.id}`, true);
		}}>
			{(errors) => <>
				<StyleWords value={content.value} errors={errors['content']}
					change={(text) => { content.value = text; }} />
				<StyleRatio value={ratio.value}
					change={(value) => { ratio.value = value; }} />
			</>}
		</Form>
		<Button kind="danger"
			onClick={() => { removePost(post).catch(tellError); }}>
			{t('style.delete')}</Button>
	</section>;
}
