"""Whoever holds a post, there where it is looked for."""

from __future__ import annotations

from itertools import islice

from kernel.text import Text
from services.approval.domain.people.directory import Organisation
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.policies.sources import PostSource, Where


def holders(source: PostSource, request: Request, path: str) -> Found:
    here = request.organisation
    post = request.directory.post(source.post)
    title = post.title if post else Text(source.post, source.post)
    if source.where is Where.ANYWHERE:
        return Found(request.directory.holders(source.post), title, path, source.post)
    place = _place(source, request)
    if place is None:
        return Found((), title, path, source.post)
    people = request.directory.holders(source.post, place.id)
    return Found(people, _placed(title, here, place, source.where), path, source.post)


def _place(source: PostSource, request: Request) -> Organisation | None:
    if source.where is Where.NAMED:
        return request.directory.organisation(source.organisation)
    above = request.directory.upwards(request.organisation.id)
    if source.where is Where.REQUESTERS:
        return next(islice(above, source.levels_up, None), None)
    return next((place for place in above if request.directory.holders(source.post, place.id)), None)


def _placed(post: Text, here: Organisation, place: Organisation, where: Where) -> Text:
    if where is Where.NAMED or place.id == here.id:
        return Text(f"{place.title.zh}的{post.zh}", f"{post.en} of {place.title.en}")
    return Text(
        f"{here.title.zh}所在{place.title.zh}的{post.zh}",
        f"{post.en} of {place.title.en}, for {here.title.en}",
    )
