"""What market management sets for all activities over gRPC."""

from __future__ import annotations

from chassis.rpc.servicer import Servicer
from kernel.fields import within
from services.marketing.configuration_mapping import configuration_from_message, configuration_to_message
from services.marketing.grpc_api import Context, Unit
from services.marketing.use_cases import configuring
from zhupi.marketing.v1 import configuration_pb2 as pb
from zhupi.marketing.v1 import configuration_pb2_grpc


class ConfigurationServicer(Servicer[Unit], configuration_pb2_grpc.ActivityConfigurationServiceServicer):
    async def GetActivityConfiguration(
        self, request: pb.GetActivityConfigurationRequest, context: Context[pb.ActivityConfiguration]
    ) -> pb.ActivityConfiguration:
        return await self.read(
            context, configuring.get_configuration, request.version, configuration_to_message
        )

    async def PublishActivityConfiguration(
        self, request: pb.PublishActivityConfigurationRequest, context: Context[pb.ActivityConfiguration]
    ) -> pb.ActivityConfiguration:
        with within("configuration"):
            configuration = configuration_from_message(request.configuration)
            configuration.check()
        command = configuring.PublishConfiguration(request.etag, configuration)
        return await self.write(context, configuring.publish_configuration, command, configuration_to_message)
