"""What every proto keeps, whoever writes it."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from buf.validate import validate_pb2
from google.protobuf.descriptor_pb2 import MethodOptions

from tests.builders.protos import GENERATED, enums, messages, methods
from zhupi.common.v1 import options_pb2

PROTOS = GENERATED.parents[1]
# A page of price lists: published, replaced and read as one.
WHOLE = {"zhupi.expense.v1.LimitService.ListExpenseTypes", "zhupi.expense.v1.LimitService.ListLimits"}
# Done once a key of the caller's own; no layer in between may repeat it.
KEYED = {"zhupi.erp.v1.ErpService.Pay", "zhupi.erp.v1.ErpService.RegisterCustomer"}
READS = ("Get", "List", "Watch", "Preview", "Export", "Download", "Validate", "Verify")


@pytest.fixture
def toolchain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """protos/generate.py, working on a copy of the protos."""
    spec = importlib.util.spec_from_file_location("zhupi_generate", PROTOS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    copy = tmp_path / "protos"
    shutil.copytree(PROTOS / "zhupi", copy / "zhupi")
    shutil.copytree(PROTOS / "third_party", copy / "third_party")
    monkeypatch.setattr(module, "INCLUDES", (copy, copy / "third_party", *module.INCLUDES[2:]))
    monkeypatch.setattr(module, "RELEASED", tmp_path / "released.binpb")
    monkeypatch.setattr(module, "GENERATED", tmp_path / "gen")
    monkeypatch.setattr(module, "PROTOS", copy)
    return module


def test_a_change_that_breaks_clients_is_found_and_an_addition_is_not(toolchain: ModuleType) -> None:
    assert toolchain.release() == 0
    text = toolchain.PROTOS / "zhupi/common/v1/text.proto"
    whole = text.read_text("utf-8")
    text.write_text(whole.replace("\n}\n", "\n  string fr = 3;\n}\n"), "utf-8")
    assert toolchain.breaking() == 0
    text.write_text(whole.replace("string en = 2 ", "string en = 3 "), "utf-8")
    assert toolchain.breaking() != 0


def test_generating_twice_gives_the_same_and_a_stale_file_is_named(
    toolchain: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    toolchain.generate()
    assert toolchain.check() == 0
    stale = toolchain.GENERATED / "zhupi/common/v1/text_pb2.py"
    stale.write_text("", "utf-8")
    (toolchain.GENERATED / "zhupi/left_over.py").touch()
    assert toolchain.check() == 1
    said = capsys.readouterr().out
    assert "text_pb2.py" in said
    assert "left_over.py" in said


def test_every_write_by_people_can_be_repeated_safely() -> None:
    """By its request_id, or because the proto says that the method is idempotent."""
    for method in methods():
        fields = method.input_type.fields_by_name
        idempotent = method.GetOptions().idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
        if method.name.startswith(READS) or idempotent or method.full_name in KEYED:
            continue
        parts = [field.message_type for field in fields.values() if field.message_type]
        holders = [method.input_type, *parts] if method.client_streaming else [method.input_type]
        found = [
            holder.fields_by_name["request_id"] for holder in holders if "request_id" in holder.fields_by_name
        ]
        assert found, f"{method.full_name} has neither request_id nor an idempotency_level"
        rules = found[0].GetOptions().Extensions[validate_pb2.field]
        assert rules.string.uuid, f"{found[0].full_name} is not held to be a UUID"


def test_every_list_is_paged_within_limits() -> None:
    for method in methods():
        if not method.name.startswith("List") or method.full_name in WHOLE:
            continue
        fields = method.input_type.fields_by_name
        assert {"page_size", "page_token"} <= set(fields), f"{method.full_name} is not paged"
        assert "next_page_token" in method.output_type.fields_by_name, method.full_name
        size = fields["page_size"].GetOptions().Extensions[validate_pb2.field].int32
        assert (size.gte, size.lte) == (0, 200), fields["page_size"].full_name


def test_whatever_people_read_is_labelled_in_both_languages() -> None:
    for message in messages():
        for field in message.fields:
            label = field.GetOptions().Extensions[options_pb2.field].label
            assert bool(label.zh) == bool(label.en), field.full_name
    for enum in enums():
        for value in enum.values:
            label = value.GetOptions().Extensions[options_pb2.value].label
            assert bool(label.zh) == bool(label.en), f"{enum.full_name}.{value.name}"


def test_enums_are_labelled_wholly_or_not_at_all() -> None:
    for enum in enums():
        labelled = {bool(v.GetOptions().Extensions[options_pb2.value].label.zh) for v in enum.values}
        assert len(labelled) == 1, enum.full_name
