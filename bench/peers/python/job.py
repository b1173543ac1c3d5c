# The job as Python knows it: message classes made from a descriptor set, messages read from job.json.
import json
import pathlib
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def job(descriptors):
    """Gives the paths, the four message classes and the four messages."""
    text = json.loads((pathlib.Path(__file__).parents[2] / "job.json").read_text())
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(descriptors).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())

    class_of = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory(pool).GetPrototype
    service = pool.FindServiceByName(text["service"])

    def part(kind, answer):
        method = service.FindMethodByName(text[kind]["method"])
        request, response = class_of(method.input_type), class_of(method.output_type)
        return {
            "path": f"/{text['service']}/{text[kind]['method']}",
            "Request": request,
            "Response": response,
            "request": json_format.ParseDict(text[kind]["request"], request()),
            "answer": json_format.ParseDict(text[kind][answer], response()),
        }

    return part("unary", "reply"), part("stream", "message")


def say(answer):
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
